namespace Subscriptions.Client;

/// <summary>
/// What was applied of a partition after <see cref="ToSeqno"/> is not part of its history any more, lacks deletions that were purged, or came in a snapshot with such: it
/// has to be undone.
/// </summary>
/// <remarks>
/// The server names a seqno, but a snapshot leaves out what was replaced in it: who read beyond that seqno within one snapshot may never have had what documents
/// were there. So the consumer goes back to the last end of a snapshot that it knows of at or before that seqno; it keeps some, fewer the further back they are.
/// </remarks>
/// <param name="Partition">The partition.</param>
/// <param name="ToSeqno">Undo what came after it; 0: everything.</param>
/// <param name="FromSeqno">Where the reader was; 0 also when only a token told.</param>
/// <param name="Reason">Why.</param>
/// <param name="FailoverLog">The partition's branches, newest first.</param>
/// <param name="Position">Where the partition is read on from afterwards.</param>
/// <param name="ServerSeqno">The seqno that the server named: what the reader has in common with the partition's history; at or after <see cref="ToSeqno"/>.</param>
public sealed record PartitionRollback(
    int Partition,
    long ToSeqno,
    long FromSeqno,
    RollbackReason Reason,
    IReadOnlyList<BranchInfo> FailoverLog,
    PartitionPosition Position,
    long ServerSeqno)
{
    internal bool StartsOver { get; private set; }

    /// <summary>
    /// For those who cannot undo a part: says that everything of the partition was undone. It is read from the beginning then, whatever
    /// <see cref="PartitionConsumerOptions.Since"/> is.
    /// </summary>
    public void StartOver() => StartsOver = true;
}
