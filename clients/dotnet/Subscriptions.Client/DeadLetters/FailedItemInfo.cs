namespace Subscriptions.Client;

/// <summary>An item that a worker could not process.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Partition">The partition that the document lives in.</param>
/// <param name="Seqno">The version that failed.</param>
/// <param name="Attempts">How often it was delivered.</param>
/// <param name="Reason">What the worker said, or the script's error.</param>
/// <param name="WorkerName">The worker that said it; empty for a script's error.</param>
/// <param name="FirstFailedAt">When it failed first.</param>
/// <param name="LastFailedAt">When it failed last.</param>
/// <param name="DueAt">When it is due to be delivered again; <see langword="null"/> for a dead letter.</param>
public sealed record FailedItemInfo(
    string Id,
    int Partition,
    long Seqno,
    int Attempts,
    string Reason,
    string WorkerName,
    DateTimeOffset? FirstFailedAt,
    DateTimeOffset? LastFailedAt,
    DateTimeOffset? DueAt)
{
    internal static FailedItemInfo From(V1.FailedItem wire) => new(
        wire.Id,
        wire.Partition,
        wire.Seqno,
        wire.Attempts,
        wire.Reason,
        wire.WorkerName,
        wire.FirstFailedAt?.ToDateTimeOffset(),
        wire.LastFailedAt?.ToDateTimeOffset(),
        wire.DueAt?.ToDateTimeOffset());
}
