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
    long Lag);
