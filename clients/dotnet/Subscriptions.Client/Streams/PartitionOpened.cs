namespace Subscriptions.Client;

/// <summary>A partition's stream was opened.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="FailoverLog">The partition's branches, newest first.</param>
/// <param name="HighSeqno">The partition's newest change.</param>
/// <param name="EndSeqno">The seqno where the stream ends; <see langword="null"/>: it never ends by itself.</param>
public sealed record PartitionOpened(
    int Partition, PartitionPosition Position, IReadOnlyList<BranchInfo> FailoverLog, long HighSeqno, long? EndSeqno);
