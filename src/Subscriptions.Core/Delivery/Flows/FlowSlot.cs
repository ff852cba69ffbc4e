using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>Where the workers of one subscription find its flow, or begin one. Thread-safe.</summary>
public sealed class FlowSlot
{
    private readonly Turnstile _joining = new();
    private SubscriptionFlow? _flow;

    /// <summary>
    /// Replays dead letters, in the store: a flow that is under way delivers them at once, the next one will find them there.
    /// </summary>
    public async Task<IReadOnlyList<FailedItem>> ReplayAsync(Func<Task<IReadOnlyList<FailedItem>>> replay)
    {
        // Not beside a flow that is just beginning: it may have read the store before.
        using var turn = await _joining.EnterAsync(CancellationToken.None);
        if (_flow is not { } flow) return await replay();
        if (!flow.IsClosed) return await flow.ReplayAsync(replay);

        await flow.Closed;
        return await replay();
    }

    /// <summary>A worker that has a lease joins the flow of its lease's epoch.</summary>
    /// <returns>The flow, and what was moved back for it; the latter is null when nothing was, or when it had begun before.</returns>
    /// <exception cref="Errors.EngineException">The lease's epoch is over, or what is stored cannot be read.</exception>
    internal async Task<(SubscriptionFlow Flow, string? Rewound)> JoinAsync(
        ISessionSubscription subscription, SessionSource source, FlowMember member, bool isShared, SessionServices services)
    {
        using var turn = await _joining.EnterAsync(CancellationToken.None);

        // The next epoch may have begun since the lease was granted: its flow must stay the one that is found here, or its workers would make another beside it.
        if (source.Progress.Epoch != subscription.Progress.Epoch) throw FlowSaver.NotSaved(ProgressOutcome.Fenced);
        if (_flow is { } flow && flow.Epoch == source.Progress.Epoch)
        {
            if (flow.Feed == source.Feed && flow.TryJoin(member)) return (flow, null);

            // It is over, or reads the log of a history that is over. Its last save must not come behind the first of the next, which begins from there.
            await flow.Closed;
            source = source with { Progress = subscription.Progress };
            if (source.Progress.Epoch != flow.Epoch) throw FlowSaver.NotSaved(ProgressOutcome.Fenced);
        }

        var start = await FlowStart.ReadAsync(subscription, source, isShared);
        flow = new SubscriptionFlow(subscription, source, start, services);
        flow.TryJoin(member);
        _flow = flow;
        return (flow, start.Rewound);
    }
}
