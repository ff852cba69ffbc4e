namespace Subscriptions.Client;

/// <summary>Where a partition stands.</summary>
/// <param name="Partition">Its number, from 0.</param>
/// <param name="HighSeqno">Its newest change; 0 when nothing was written yet.</param>
/// <param name="PurgeSeqno">The highest seqno of a tombstone that was purged.</param>
/// <param name="FailoverLog">Its branches, newest first.</param>
public sealed record PartitionInfo(int Partition, long HighSeqno, long PurgeSeqno, IReadOnlyList<BranchInfo> FailoverLog);

/// <summary>A branch of a partition's history.</summary>
/// <param name="Branch">Its id: 16 hex digits.</param>
/// <param name="StartSeqno">The last seqno that it shares with the branch before it.</param>
public sealed record BranchInfo(string Branch, long StartSeqno);
