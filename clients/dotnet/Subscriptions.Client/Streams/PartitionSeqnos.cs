namespace Subscriptions.Client;

/// <summary>Where a partition stands.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="HighSeqno">Its newest change; 0 when nothing was written yet.</param>
/// <param name="PurgeSeqno">The highest seqno of a tombstone that was purged.</param>
/// <param name="Branch">The branch that is written to: 16 hex digits.</param>
public sealed record PartitionSeqnos(int Partition, long HighSeqno, long PurgeSeqno, string Branch);
