namespace Subscriptions.Client;

/// <summary>
/// What was applied of a partition after <see cref="ToSeqno"/> is not part of its history any more, or lacks deletions that were purged: it has to be undone.
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="ToSeqno">Undo what came after it; 0: everything.</param>
/// <param name="FromSeqno">Where the reader was; 0 also when only a token told.</param>
/// <param name="Reason">Why.</param>
/// <param name="FailoverLog">The partition's branches, newest first.</param>
/// <param name="Position">Where the partition is read on from afterwards.</param>
public sealed record PartitionRollback(
    int Partition,
    long ToSeqno,
    long FromSeqno,
    RollbackReason Reason,
    IReadOnlyList<BranchInfo> FailoverLog,
    PartitionPosition Position);
