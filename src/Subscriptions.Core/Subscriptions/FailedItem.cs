namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// A document that a worker could not process, as its subscription's store holds it: at most one row a document that waits for another try,
/// and beside it at most one that was given up, of an older version. It names a version and has no content: what is delivered again is the
/// document as it is by then. Immutable.
/// </summary>
/// <param name="Id">The document.</param>
/// <param name="Seqno">The version that failed, in the document's partition.</param>
/// <param name="Attempts">How often that version was delivered; 0 when it was held back and not delivered yet.</param>
/// <param name="DueAt">When it is to be delivered again; of one that was given up, when that was. Millisecond precision.</param>
public sealed record FailedItem(string Id, long Seqno, int Attempts, DateTimeOffset DueAt)
{
    /// <summary>The longest reason that is kept, in characters.</summary>
    public const int MaxReasonLength = 1024;

    /// <summary>What the worker said, or the script's error; at most <see cref="MaxReasonLength"/> characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The worker that said it; empty for a script's error or an item that was only held back.</summary>
    public string WorkerName { get; init; } = "";

    /// <summary>When the document failed first; millisecond precision.</summary>
    public DateTimeOffset FirstFailedAt { get; init; }

    /// <summary>When it failed last; millisecond precision.</summary>
    public DateTimeOffset LastFailedAt { get; init; }
}

/// <summary>
/// What changes among a subscription's failed items together with its cursor. What waits for another try and what was given up are apart: a
/// document may be among both.
/// </summary>
/// <param name="Retries">Rows that are written: to be tried again at <see cref="FailedItem.DueAt"/>. Each replaces the document's retry.</param>
/// <param name="DeadLetters">Rows that are written: given up. Each replaces the document's dead letter, unless that one is of a later version.</param>
/// <param name="Settled">Documents whose retry is removed, before retries are written.</param>
public sealed record FailedItemChanges(
    IReadOnlyList<FailedItem> Retries, IReadOnlyList<FailedItem> DeadLetters, IReadOnlyList<string> Settled)
{
    /// <summary>
    /// A dead letter replaces the document's unless that one is of an earlier version: where every version is delivered, a replay has to begin
    /// with the first that was given up.
    /// </summary>
    public bool KeepsEarliestLetters { get; init; }
}

/// <summary>How many failed items a subscription has.</summary>
/// <param name="Retries">Those that wait for another try.</param>
/// <param name="DeadLetters">Those that were given up.</param>
public readonly record struct FailedItemCounts(long Retries, long DeadLetters);
