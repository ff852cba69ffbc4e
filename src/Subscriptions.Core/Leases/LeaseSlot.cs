using System.Globalization;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Leases;

/// <summary>The shell around one subscription's <see cref="LeaseState"/>: applies transitions one at a time and carries out their effects.</summary>
internal sealed class LeaseSlot(SubscriptionId subscription, ISubscriptionStore store)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Standing> _standing = [];
    private LeaseState _state = LeaseState.Free;
    private Task _persisting = Task.CompletedTask;

    public void Open(LeaseRequest request, ILeaseObserver observer)
    {
        lock (_lock)
        {
            _standing.Add(request.Number, new Standing(observer));
            ApplyLocked(_state.Open(request));
        }
    }

    public int Evict(Func<LeasedWorker, bool> isMeant, ErrorCode code, string? why)
    {
        lock (_lock)
        {
            var transition = _state.Evict(isMeant, code);
            ApplyLocked(transition, why);
            return transition.Effects.Count(e => e is LeaseEffect.Close);
        }
    }

    public async ValueTask ReleaseAsync(LeaseRequest request)
    {
        Task persisting;
        lock (_lock)
        {
            if (!_standing.Remove(request.Number, out var standing)) return;
            ApplyLocked(_state.Release(request));
            persisting = standing.Persisting;
        }

        await persisting;
    }

    public LeaseSnapshot GetSnapshot()
    {
        lock (_lock)
        {
            return new LeaseSnapshot(
                [.. _state.Holders.Select(h => new LeasedWorker(h.Request.Worker, h.Token))],
                [.. _state.Queue.Select(r => r.Worker)]);
        }
    }

    private void ApplyLocked(LeaseTransition transition, string? why = null)
    {
        _state = transition.State;
        foreach (var effect in transition.Effects) CarryOutLocked(effect, why);
    }

    private void CarryOutLocked(LeaseEffect effect, string? why)
    {
        switch (effect)
        {
            case LeaseEffect.Persist(var request, var isShared) when _standing.TryGetValue(request.Number, out var standing):
                _persisting = standing.Persisting = PersistAsync(_persisting, request, isShared);
                break;
            case LeaseEffect.TellPlace(var request, var place, var holder) when _standing.TryGetValue(request.Number, out var standing):
                standing.Observer.OnPlace(place, holder.Request.Worker);
                break;
            case LeaseEffect.Grant(var request, _) when _standing.TryGetValue(request.Number, out var standing):
                standing.Observer.OnGranted(standing.Progress!);
                break;
            case LeaseEffect.Refuse(var request, var holders) when _standing.TryGetValue(request.Number, out var standing):
                standing.Observer.OnEnded(InUse(holders[0].Request.Worker, holders.Count - 1));
                break;
            case LeaseEffect.Close(var request, var code, var by) when _standing.TryGetValue(request.Number, out var standing):
                standing.Observer.OnEnded(by is null ? Ended(code, why) : TakenOver(by));
                break;
        }
    }

    // Runs beside the lock and never throws: a failure is told to the worker and gives the place to the next. One at a time, those of
    // candidates that have left included: a lease must not find a token behind its own that nobody has.
    private async Task PersistAsync(Task before, LeaseRequest request, bool isShared)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            var progress = await store.GrantAsync(subscription, isShared, CancellationToken.None);
            lock (_lock)
            {
                if (progress is null) FailLocked(request, Ended(ErrorCode.SubscriptionNotFound));
                else if (_standing.TryGetValue(request.Number, out var standing))
                {
                    standing.Progress = progress;
                    ApplyLocked(_state.Persisted(request, progress.Token));
                }
            }
        }
        catch (Exception e)
        {
            lock (_lock) FailLocked(request, StoreErrors.ToEngineException(e));
        }
    }

    private void FailLocked(LeaseRequest request, EngineException reason)
    {
        if (_standing.TryGetValue(request.Number, out var standing)) standing.Observer.OnEnded(reason);
        ApplyLocked(_state.Release(request));
    }

    private static EngineException InUse(WorkerInfo holder, int others) => new(
        ErrorCode.InUse,
        others == 0 ? $"The subscription is in use by {Describe(holder)}." : $"The subscription is in use by {Describe(holder)} and {others} more who share it.",
        HolderMetadata(holder));

    private static EngineException TakenOver(WorkerInfo holder) => new(
        ErrorCode.TakenOver, $"The subscription was taken over by {Describe(holder)}.", HolderMetadata(holder));

    private static EngineException Ended(ErrorCode code, string? why = null) => new(code, why ?? code switch
    {
        ErrorCode.Dropped => "The worker was dropped by an administrator.",
        ErrorCode.SubscriptionDisabled => "The subscription was disabled.",
        ErrorCode.SubscriptionNotFound => "The subscription was deleted.",
        ErrorCode.SubscriptionChanged => "The subscription was changed; reconnect to go on with what holds now.",
        ErrorCode.DatabaseDropped => "The database was dropped.",
        ErrorCode.HistoryChanged => "The database was restored or rewound; reconnect to go on from where its history goes on.",
        ErrorCode.ShuttingDown => "The server is shutting down; reconnect.",
        _ => $"The lease has ended: {code}.",
    });

    private static string Describe(WorkerInfo worker) =>
        $"worker '{worker.Name}' from {worker.Address} since {worker.ConnectedAt.ToString("u", CultureInfo.InvariantCulture)} (strategy {worker.Strategy})";

    private static (string, string)[] HolderMetadata(WorkerInfo worker) =>
    [
        ("holder", worker.Name),
        ("holder_address", worker.Address),
        ("holder_since", worker.ConnectedAt.ToString("O", CultureInfo.InvariantCulture)),
        ("holder_strategy", ContractName(worker.Strategy)),
    ];

    private static string ContractName(OpeningStrategy strategy) => strategy switch
    {
        OpeningStrategy.TakeOver => "TAKE_OVER",
        _ => strategy.ToString().ToUpperInvariant(),
    };

    private sealed class Standing(ILeaseObserver observer)
    {
        public ILeaseObserver Observer { get; } = observer;

        public SubscriptionProgress? Progress { get; set; }

        public Task Persisting { get; set; } = Task.CompletedTask;
    }
}
