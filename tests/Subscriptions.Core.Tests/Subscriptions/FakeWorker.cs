using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>Somebody who asked for a lease and remembers what was answered.</summary>
internal sealed class FakeWorker : ILeaseObserver
{
    private readonly TaskCompletionSource<SubscriptionProgress> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EngineException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LeaseTicket Ticket { get; set; } = null!;

    public Task<SubscriptionProgress> Granted => _granted.Task.Within();

    public Task<EngineException> Ended => _ended.Task.Within();

    /// <summary>True when nothing has ended it yet.</summary>
    public bool IsConnected => !_ended.Task.IsCompleted;

    public void OnPlace(int place, WorkerInfo holder)
    {
        // Places are the lease's business, not the registry's.
    }

    public void OnGranted(SubscriptionProgress progress) => _granted.TrySetResult(progress);

    public void OnEnded(EngineException reason) => _ended.TrySetResult(reason);
}
