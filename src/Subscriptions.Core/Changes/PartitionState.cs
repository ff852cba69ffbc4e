namespace Subscriptions.Core.Changes;

/// <summary>Where a partition stands.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="HighSeqno">The newest committed seqno; 0 when nothing was written yet.</param>
/// <param name="PurgeSeqno">The highest seqno of a tombstone that was purged; 0 when none was.</param>
/// <param name="FailoverLog">The partition's branches.</param>
public sealed record PartitionState(int Partition, long HighSeqno, long PurgeSeqno, FailoverLog FailoverLog);
