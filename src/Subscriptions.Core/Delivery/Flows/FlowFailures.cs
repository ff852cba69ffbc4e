using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// What becomes of items that failed: the ledger and the policy decide, the figures and the history are told, and where the policy says so
/// the subscription is stopped. Belongs to the flow's lock.
/// </summary>
internal sealed class FlowFailures(DeliveryLedger ledger, FlowSaver saver, RetryPolicy policy, ISessionSubscription subscription, SessionServices services)
{
    /// <summary>A worker could not process items of a claim.</summary>
    /// <returns>The id that the claim does not have, with nothing changed; null when all were noted.</returns>
    public string? Fail(string workerName, Claim claim, IReadOnlyList<string> ids, string reason, TimeSpan? delay)
    {
        var indexes = new List<int>(ids.Count);
        foreach (var id in ids)
        {
            var first = indexes.Count;
            for (var i = 0; i < claim.Items.Count; i++)
            {
                if (claim.Items[i].Id == id) indexes.Add(i);
            }

            if (indexes.Count == first) return id;
        }

        foreach (var index in indexes)
        {
            var failure = Failure(reason, workerName, delay);
            Note(ledger.Fail(claim, index, failure), claim.Items[index].Id, failure);
        }

        return null;
    }

    /// <summary>Keeps a document on which the query's script failed from workers, where the policy wants that.</summary>
    /// <returns>True when it is among the failed items now.</returns>
    public bool Parks(Change item)
    {
        if (item.Error is not { } error || policy.OnScriptError == ScriptErrorAction.Deliver) return false;

        var failure = Failure(error, "", null) with { IsFinal = policy.OnScriptError == ScriptErrorAction.DeadLetter };
        subscription.Figures.ScriptFailed(1);
        Note(ledger.FailUnsent(item, failure), item.Id, failure);
        return true;
    }

    private ItemFailure Failure(string reason, string workerName, TimeSpan? delay) =>
        new(reason, workerName, delay, services.Time.GetUtcNow(), services.Jitter());

    private void Note(FailureOutcome outcome, string id, in ItemFailure failure)
    {
        if (outcome != FailureOutcome.Known)
        {
            subscription.Figures.ItemFailed(outcome == FailureOutcome.Retried, outcome == FailureOutcome.DeadLettered);
            subscription.History.ItemFailed(id, failure.WorkerName, failure.Reason, FateOf(outcome));
        }

        if (outcome == FailureOutcome.Stops)
            saver.StopAfterwards($"Document '{id}' was delivered {policy.MaxAttempts} times and could not be processed: {failure.Reason}");
    }

    private static ItemFate FateOf(FailureOutcome outcome) => outcome switch
    {
        FailureOutcome.DeadLettered => ItemFate.DeadLettered,
        FailureOutcome.Superseded => ItemFate.Superseded,
        FailureOutcome.Stops => ItemFate.Stops,
        _ => ItemFate.Retried,
    };
}
