namespace Subscriptions.Client;

/// <summary>A partition has something newer than a place.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="HighSeqno">Its newest change.</param>
/// <param name="Rollback">Where a reader from that place would be taken back to; <see langword="null"/>: it would not be.</param>
public sealed record PartitionReady(int Partition, long HighSeqno, PartitionRollback? Rollback);
