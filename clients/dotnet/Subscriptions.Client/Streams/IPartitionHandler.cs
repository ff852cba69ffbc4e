namespace Subscriptions.Client;

/// <summary>
/// What an application does with the changes of partitions. Of one partition one call is made at a time, in order; different partitions are served beside each
/// other (<see cref="PartitionConsumerOptions.MaxParallelHandlers"/>), so an implementation must be safe for that. What it throws ends the consumer, and
/// <see cref="PartitionConsumer.RunAsync"/> throws it; the position stays before the call that failed.
/// </summary>
/// <remarks>
/// The token of each call is cancelled when the partition is lost, or when the consumer was stopped and
/// <see cref="PartitionConsumerOptions.CloseTimeout"/> has passed. What is thrown after that is not looked at, and ends nothing.
/// </remarks>
public interface IPartitionHandler
{
    /// <summary>
    /// Applies changes. The position moves past them when this returns. After a crash those since the last checkpoint come again: applying a change twice must
    /// do no harm.
    /// </summary>
    ValueTask OnChangesAsync(PartitionChanges changes, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes what was applied of a partition after <see cref="PartitionRollback.ToSeqno"/>, or everything and says so
    /// (<see cref="PartitionRollback.StartOver"/>). The partition is read on from there when this returns; it may be called again with a lower seqno, until
    /// the server accepts the place.
    /// </summary>
    ValueTask OnRollbackAsync(PartitionRollback rollback, CancellationToken cancellationToken);

    /// <summary>A stream was opened: at the start, and again whenever the connection was lost.</summary>
    ValueTask OnOpenedAsync(PartitionOpened opened, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A snapshot begins or grows. Until its end is reached the picture is not consistent.</summary>
    ValueTask OnSnapshotAsync(PartitionSnapshot snapshot, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The position moves although nothing passed the filter.</summary>
    ValueTask OnAdvancedAsync(PartitionAdvance advance, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A stream is over; unless <see cref="PartitionEnd.IsFinal"/> says so it is opened again.</summary>
    ValueTask OnEndedAsync(PartitionEnd end, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
