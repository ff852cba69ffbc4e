namespace Subscriptions.Client;

/// <summary>A handler made of two functions.</summary>
internal sealed class PartitionCallbacks(
    Func<PartitionChanges, CancellationToken, ValueTask> onChanges, Func<PartitionRollback, CancellationToken, ValueTask> onRollback) : IPartitionHandler
{
    /// <inheritdoc/>
    public ValueTask OnChangesAsync(PartitionChanges changes, CancellationToken cancellationToken) => onChanges(changes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask OnRollbackAsync(PartitionRollback rollback, CancellationToken cancellationToken) => onRollback(rollback, cancellationToken);
}
