namespace Subscriptions.Client;

/// <summary>
/// Keeps the positions of partition consumers. Implementations must be thread-safe, and may throw anything: the consumer tries saves again. Who keeps
/// effects and positions in one database can implement this over that database, and apply each change exactly once: handlers save, and the consumer nothing by
/// itself (<see cref="PartitionConsumerOptions.CheckpointInterval"/>), as what it saves while a handler commits is older than that.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>
    /// Reads what is kept, and fences: when this returns, and not before, saves under an epoch older than <paramref name="epoch"/> are refused for these partitions. Epoch 0 fences nothing.
    /// </summary>
    /// <param name="scope">Whose.</param>
    /// <param name="partitions">Which partitions.</param>
    /// <param name="epoch">The epoch under which the caller has them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The checkpoints of those partitions that have one.</returns>
    /// <exception cref="CheckpointFencedException">Somebody has one of the partitions under a newer epoch.</exception>
    Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken);

    /// <summary>Saves all of them, or none. When this returns they are as durable as the store makes anything.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="checkpoints">What to keep; one a partition.</param>
    /// <param name="cancellationToken">Stops waiting; the outcome is then unknown.</param>
    /// <exception cref="CheckpointFencedException">Somebody has one of the partitions under a newer epoch; nothing was saved.</exception>
    Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken);
}
