using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>Where the workers of one subscription find its flow, or begin one. Thread-safe.</summary>
public sealed class FlowSlot
{
    // Set while nobody joins.
    private readonly AsyncSignal _isFree = new();
    private SubscriptionFlow? _flow;

    /// <summary>Creates an empty slot.</summary>
    public FlowSlot() => _isFree.Set();

    /// <summary>
    /// An administrator replayed dead letters, in the store: a flow that is under way delivers them at once, the next one will find them
    /// there.
    /// </summary>
    public async Task ReplayedAsync(IReadOnlyList<FailedItem> items)
    {
        // Not beside a flow that is just beginning: it may have read the store before.
        await _isFree.WaitAsync(CancellationToken.None);
        _flow?.Replayed(items);
        _isFree.Set();
    }

    /// <summary>A worker that has a lease joins the flow of its lease's epoch.</summary>
    /// <returns>The flow, and what was moved back for it; the latter is null when nothing was, or when it had begun before.</returns>
    /// <exception cref="Errors.EngineException">What is stored cannot be read.</exception>
    internal async Task<(SubscriptionFlow Flow, string? Rewound)> JoinAsync(
        ISessionSubscription subscription, SessionSource source, FlowMember member, bool isShared, SessionServices services)
    {
        await _isFree.WaitAsync(CancellationToken.None);
        try
        {
            if (_flow is { } flow && flow.Epoch == source.Progress.Epoch)
            {
                if (flow.TryJoin(member)) return (flow, null);

                // Its last save must not come behind the first of the next.
                await flow.Closed;
            }

            var start = await FlowStart.ReadAsync(subscription, source, isShared);
            flow = new SubscriptionFlow(subscription, source, start, services);
            flow.TryJoin(member);
            _flow = flow;
            return (flow, start.Rewound);
        }
        finally
        {
            _isFree.Set();
        }
    }
}
