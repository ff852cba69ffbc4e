namespace Subscriptions.Client;

/// <summary>What is kept of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Position">Where the consumer is: everything up to there was handled.</param>
/// <param name="Epoch">The epoch under which the consumer has the partition; 0 without a group.</param>
public sealed record PartitionCheckpoint(int Partition, PartitionPosition Position, long Epoch)
{
    /// <summary>
    /// Consistent places where the consumer was before, oldest first, to which it can be taken back. Twelve at most. With a store that keeps none, a consumer that is taken back goes to the
    /// beginning.
    /// </summary>
    public IReadOnlyList<PartitionPosition> Earlier { get; init; } = [];
}
