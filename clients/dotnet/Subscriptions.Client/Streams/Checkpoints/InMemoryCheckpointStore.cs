namespace Subscriptions.Client;

/// <summary>Keeps positions for as long as this object lives: for tests, and for consumers that begin anew each time. Thread-safe.</summary>
public sealed class InMemoryCheckpointStore : ICheckpointStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CheckpointScope, CheckpointTable> _tables = [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(partitions);
        lock (_gate)
        {
            return Task.FromResult(TableOf(scope).Claim(partitions, epoch, out _));
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(checkpoints);
        lock (_gate)
        {
            TableOf(scope).Save(checkpoints);
        }

        return Task.CompletedTask;
    }

    private CheckpointTable TableOf(CheckpointScope scope) =>
        _tables.TryGetValue(scope, out var table) ? table : _tables[scope] = new CheckpointTable(scope);
}
