using System.Threading.Channels;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// Where everything that happens to a session queues for its one loop. Unbounded, because no event may be lost; yet short, because each
/// source has a bounded number of events out: the worker's messages wait for a place, builds and saves come one at a time, ticks are not
/// repeated while one is unread.
/// </summary>
internal sealed class SessionInbox : ILeaseObserver, IFlowObserver, IDisposable
{
    private const int MaxUnreadMessages = 64;

    private readonly Channel<object> _events = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _places = new(MaxUnreadMessages);
    private int _isTicking;

    public void Post(SessionEvent @event) => _events.Writer.TryWrite(@event);

    public async ValueTask PostMessageAsync(WorkerMessage message, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        Post(new SessionEvent.Received(message));
    }

    public void PostTick()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) == 0) Post(new SessionEvent.Tick());
    }

    public async ValueTask<object> ReadAsync(CancellationToken cancellationToken)
    {
        var @event = await _events.Reader.ReadAsync(cancellationToken);
        if (@event is SessionEvent.Received) _places.Release();
        else if (@event is SessionEvent.Tick) Volatile.Write(ref _isTicking, 0);
        return @event;
    }

    public void Dispose() => _places.Dispose();

    void ILeaseObserver.OnPlace(int place, WorkerInfo holder) => _events.Writer.TryWrite(new LeaseNews.Place(place, holder));

    void ILeaseObserver.OnGranted(SubscriptionProgress progress) => _events.Writer.TryWrite(new LeaseNews.Granted(progress));

    void ILeaseObserver.OnEnded(EngineException reason) => Post(new SessionEvent.Ended(reason));

    void IFlowObserver.OnSaved(long throughBatch, ResumeToken cursor, bool isDrained) =>
        Post(new SessionEvent.Saved(throughBatch, cursor, isDrained));

    void IFlowObserver.OnBroken(EngineException reason) => Post(new SessionEvent.Broken(reason));
}

/// <summary>What a lease ticket heard while the session was not yet open.</summary>
internal abstract record LeaseNews
{
    private LeaseNews()
    {
    }

    public sealed record Place(int Number, WorkerInfo Holder) : LeaseNews;

    public sealed record Granted(SubscriptionProgress Progress) : LeaseNews;
}
