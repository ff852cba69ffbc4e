namespace Subscriptions.Client;

/// <summary>A partition's stream is over.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Reason">Why.</param>
/// <param name="Position">Where.</param>
/// <param name="HighSeqno">The partition's newest change.</param>
/// <param name="IsFinal">False when the stream is opened again.</param>
public sealed record PartitionEnd(int Partition, PartitionStreamEnd Reason, PartitionPosition Position, long HighSeqno, bool IsFinal);
