using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>What holds as long as a ledger lives.</summary>
/// <param name="Policy">What becomes of failed items.</param>
/// <param name="IsShared">Several workers may have the subscription: no document is with two of them, and order holds per document.</param>
/// <param name="IsRevisions">Every version is delivered, not the newest only.</param>
/// <param name="Partitions">How many the database has.</param>
/// <param name="MaxRetries">How many documents may wait for another try before the log is not read on.</param>
internal sealed record LedgerRules(RetryPolicy Policy, bool IsShared, bool IsRevisions, int Partitions, int MaxRetries)
{
    /// <summary>
    /// A document that is out is not handed out again before it is settled: to nobody else, and, where every version is delivered, in no later
    /// version.
    /// </summary>
    public bool IsExclusive => IsShared || IsRevisions;
}

/// <summary>Why an item failed, and what was asked for.</summary>
/// <param name="Reason">For people.</param>
/// <param name="WorkerName">Who says so; empty for a script's error.</param>
/// <param name="Delay">When to try again; null: by the policy.</param>
/// <param name="Now">The time.</param>
/// <param name="Jitter">A random number from 0 to 1.</param>
internal readonly record struct ItemFailure(string Reason, string WorkerName, TimeSpan? Delay, DateTimeOffset Now, double Jitter)
{
    /// <summary>It is given up at once, whatever the policy says of tries.</summary>
    public bool IsFinal { get; init; }
}

/// <summary>What became of a failed item.</summary>
internal enum FailureOutcome
{
    /// <summary>It had failed before; nothing was changed.</summary>
    Known,

    /// <summary>It comes again.</summary>
    Retried,

    /// <summary>It was given up.</summary>
    DeadLettered,

    /// <summary>The document comes again anyway: it has changed, or an older revision of it is to be tried first.</summary>
    Superseded,

    /// <summary>It was delivered as often as it may be, and the policy is to stop the subscription.</summary>
    Stops,
}
