using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Subscriptions;

/// <summary>A subscription as its store holds it. Immutable.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Definition">What it delivers.</param>
/// <param name="CreatedAt">When it was created; millisecond precision.</param>
/// <param name="Progress">How far it has come.</param>
public sealed record StoredSubscription(
    SubscriptionId Id, SubscriptionDefinition Definition, DateTimeOffset CreatedAt, SubscriptionProgress Progress);

/// <summary>How far a subscription has come. Immutable.</summary>
/// <param name="Cursor">Everything up to here was acked or did not match.</param>
/// <param name="Token">The newest lease that was granted, or the newest move of the cursor.</param>
/// <param name="LastAckAt">When a worker last acked; null when none has.</param>
public sealed record SubscriptionProgress(ResumeToken Cursor, FencingToken Token, DateTimeOffset? LastAckAt)
{
    /// <summary>
    /// The least token whose holder may still save progress: the newest lease's own, or, while workers share the subscription, that of the
    /// first of them.
    /// </summary>
    public FencingToken Epoch { get; init; } = Token;

    /// <summary>What was acked above the cursor, by workers that share the subscription.</summary>
    public AckedRanges AckedAbove { get; init; } = AckedRanges.None;
}
