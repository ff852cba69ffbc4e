using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A subscription's new cursor, from the holder of a lease.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Token">The lease.</param>
/// <param name="Cursor">Everything up to here was acked or did not match.</param>
/// <param name="AckedAt">When the worker acked; null when the cursor moves because nothing matched. Millisecond precision.</param>
public readonly record struct ProgressUpdate(
    SubscriptionId Subscription, FencingToken Token, ResumeToken Cursor, DateTimeOffset? AckedAt)
{
    private readonly AckedRanges? _ackedAbove;

    /// <summary>What was acked above the cursor; replaces what is stored.</summary>
    public AckedRanges AckedAbove
    {
        get => _ackedAbove ?? AckedRanges.None;
        init => _ackedAbove = value;
    }

    /// <summary>What changes among the failed items, in the same transaction; null: nothing.</summary>
    public FailedItemChanges? FailedItems { get; init; }
}

/// <summary>What became of a <see cref="ProgressUpdate"/>.</summary>
public enum ProgressOutcome
{
    /// <summary>The cursor is durable.</summary>
    Saved = 1,

    /// <summary>A newer lease was granted that does not share, or the cursor was moved by an administrator: nothing was changed.</summary>
    Fenced = 2,

    /// <summary>The subscription does not exist any more: nothing was changed.</summary>
    NotFound = 3,
}
