namespace Subscriptions.Client;

/// <summary>How a subscription is doing.</summary>
/// <param name="Definition">What it delivers.</param>
/// <param name="ChangeVector">What was acked; durable.</param>
/// <param name="Lag">Changes of the database above the cursor, matching or not.</param>
/// <param name="LagTime">The age of the oldest of them; zero when there is none.</param>
/// <param name="LastAckAt">When a worker last acked a batch; <see langword="null"/>: none did yet.</param>
/// <param name="RetryCount">Items that wait for their next delivery after a nack.</param>
/// <param name="DeadLetterCount">Items that were given up.</param>
/// <param name="BatchesInFlight">Batches sent and not acked.</param>
/// <param name="ItemsInFlight">The items in them.</param>
/// <param name="Counts">What was counted since the server started.</param>
/// <param name="Workers">Who works or waits, by when they asked.</param>
/// <param name="StoppedReason">Why the subscription disabled itself; <see langword="null"/> when it did not.</param>
public sealed record SubscriptionFigures(
    SubscriptionDefinition Definition,
    string ChangeVector,
    long Lag,
    TimeSpan LagTime,
    DateTimeOffset? LastAckAt,
    long RetryCount,
    long DeadLetterCount,
    long BatchesInFlight,
    long ItemsInFlight,
    DeliveryCounts Counts,
    IReadOnlyList<ConnectionInfo> Workers,
    string? StoppedReason);
