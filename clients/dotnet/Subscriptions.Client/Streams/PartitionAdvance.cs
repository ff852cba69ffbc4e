namespace Subscriptions.Client;

/// <summary>Nothing up to this place concerns the reader beyond what was given.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Position">The place.</param>
public sealed record PartitionAdvance(int Partition, PartitionPosition Position);
