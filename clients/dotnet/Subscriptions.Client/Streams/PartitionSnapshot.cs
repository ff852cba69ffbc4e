namespace Subscriptions.Client;

/// <summary>A snapshot begins, or grows: what follows belongs to it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="StartSeqno">Exclusive: what the reader has at and below it is complete.</param>
/// <param name="EndSeqno">Inclusive: who has everything up to here has a consistent picture.</param>
/// <param name="Source">Where its data are read.</param>
/// <param name="PurgeSeqno">The purge seqno that positions in it have: of purges up to there this reader has missed none that concern it.</param>
public sealed record PartitionSnapshot(int Partition, long StartSeqno, long EndSeqno, SnapshotSource Source, long PurgeSeqno);
