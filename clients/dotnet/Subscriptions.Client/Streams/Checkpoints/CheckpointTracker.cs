using System.Diagnostics.CodeAnalysis;

namespace Subscriptions.Client;

/// <summary>
/// What a consumer knows of its partitions' positions, and what of it the store does not know yet. A position never goes back but by a rollback. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore holds nothing to dispose of while nobody asks for its wait handle.")]
internal sealed class CheckpointTracker(CheckpointScope scope, ICheckpointStore store)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry> _entries = [];

    // One save at a time, so that an older one cannot overtake a newer one.
    private readonly SemaphoreSlim _saving = new(1, 1);

    /// <summary>Reads what is kept of partitions, and fences those who had them before.</summary>
    public async Task<IReadOnlyDictionary<int, PartitionCheckpoint>> BeginAsync(
        IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        var kept = await store.LoadAsync(scope, partitions, epoch, cancellationToken).ConfigureAwait(false);

        // A store may not heed the token, and what was lost meanwhile must not begin.
        cancellationToken.ThrowIfCancellationRequested();
        var found = kept.ToDictionary(checkpoint => checkpoint.Partition);
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                _entries[partition] = new Entry(epoch) { Position = found.GetValueOrDefault(partition)?.Position };
            }
        }

        return found;
    }

    /// <summary>Everything up to here was handled.</summary>
    public void Moved(int partition, PartitionPosition position, IReadOnlyList<PartitionPosition> earlier)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(partition, out var entry) && position.Seqno >= (entry.Position?.Seqno ?? 0))
            {
                entry.Move(position, earlier);
            }
        }
    }

    /// <summary>What came after this was undone.</summary>
    public void RolledBack(int partition, PartitionPosition position, IReadOnlyList<PartitionPosition> earlier)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(partition, out var entry))
            {
                entry.Move(position, earlier);
            }
        }
    }

    /// <summary>These partitions are not this consumer's any more.</summary>
    public void Forget(IEnumerable<int> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                _entries.Remove(partition);
            }
        }
    }

    /// <summary>The positions of all partitions that have one.</summary>
    public IReadOnlyDictionary<int, PartitionPosition> Positions()
    {
        lock (_gate)
        {
            return _entries.Where(entry => entry.Value.Position is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Position!);
        }
    }

    /// <summary>Saves what the store does not know yet.</summary>
    /// <param name="partitions">Of which partitions; null: of all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task SaveAsync(IReadOnlyCollection<int>? partitions, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var dirty = Dirty(partitions);
            if (dirty.Count == 0)
            {
                return;
            }

            await store.SaveAsync(scope, dirty, cancellationToken).ConfigureAwait(false);
            Clean(dirty);
        }
        finally
        {
            _saving.Release();
        }
    }

    private List<PartitionCheckpoint> Dirty(IReadOnlyCollection<int>? partitions)
    {
        lock (_gate)
        {
            return
            [
                .. _entries
                    .Where(entry => entry.Value is { IsDirty: true, Position: not null } && partitions?.Contains(entry.Key) != false)
                    .Select(entry => new PartitionCheckpoint(entry.Key, entry.Value.Position!, entry.Value.Epoch) { Earlier = entry.Value.Earlier }),
            ];
        }
    }

    private void Clean(List<PartitionCheckpoint> saved)
    {
        lock (_gate)
        {
            foreach (var checkpoint in saved)
            {
                if (_entries.TryGetValue(checkpoint.Partition, out var entry) && ReferenceEquals(entry.Position, checkpoint.Position))
                {
                    entry.IsDirty = false;
                }
            }
        }
    }

    private sealed class Entry(long epoch)
    {
        public PartitionPosition? Position { get; set; }

        public IReadOnlyList<PartitionPosition> Earlier { get; private set; } = [];

        public long Epoch { get; } = epoch;

        public bool IsDirty { get; set; }

        public void Move(PartitionPosition position, IReadOnlyList<PartitionPosition> earlier) =>
            (Position, Earlier, IsDirty) = (position, earlier, true);
    }
}
