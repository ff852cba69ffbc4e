namespace Subscriptions.Client;

/// <summary>A subscription and where it stands.</summary>
/// <param name="Definition">What it delivers.</param>
/// <param name="Id">Identifies it; another one of the same name, created after a deletion, has another id.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ChangeVector">What was acked; durable.</param>
/// <param name="ResumeToken">The same, for other readers to go on from.</param>
/// <param name="LastAckAt">When a worker last acked a batch; <see langword="null"/>: none did yet.</param>
/// <param name="FencingToken">The token that was given out last; 0 when no worker ever had the subscription.</param>
/// <param name="Workers">Who works on it now.</param>
/// <param name="WaitingWorkers">Who waits for it, first come first served.</param>
/// <param name="Lag">Changes of the database above the cursor, matching or not.</param>
/// <param name="RetryCount">Items that wait for their next delivery after a nack.</param>
/// <param name="DeadLetterCount">Items that were given up.</param>
/// <param name="StoppedReason">
/// Why the subscription disabled itself; <see langword="null"/> when an administrator did, or when it is enabled.
/// </param>
public sealed record SubscriptionInfo(
    SubscriptionDefinition Definition,
    string Id,
    DateTimeOffset CreatedAt,
    string ChangeVector,
    string ResumeToken,
    DateTimeOffset? LastAckAt,
    long FencingToken,
    IReadOnlyList<WorkerInfo> Workers,
    IReadOnlyList<WorkerInfo> WaitingWorkers,
    long Lag,
    long RetryCount,
    long DeadLetterCount,
    string? StoppedReason);
