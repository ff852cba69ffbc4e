namespace Subscriptions.Client;

/// <summary>The checkpoints of one scope in memory, with the rules about epochs. Not thread-safe.</summary>
internal sealed class CheckpointTable(CheckpointScope scope)
{
    // A partition that was claimed and never saved has no position, but an epoch.
    private readonly SortedDictionary<int, Row> _rows = [];

    public CheckpointScope Scope { get; } = scope;

    /// <summary>All rows; one without a position was claimed and never saved.</summary>
    public IEnumerable<CheckpointEntry> Rows =>
        _rows.Select(row => CheckpointEntry.Of(row.Key, row.Value.Epoch, row.Value.Position, row.Value.Earlier));

    /// <summary>As <see cref="ICheckpointStore.LoadAsync"/>.</summary>
    /// <param name="partitions">Which partitions.</param>
    /// <param name="epoch">The claimer's epoch.</param>
    /// <param name="hasChanged">True when an epoch was raised.</param>
    public IReadOnlyList<PartitionCheckpoint> Claim(IReadOnlyCollection<int> partitions, long epoch, out bool hasChanged)
    {
        hasChanged = false;
        var found = new List<PartitionCheckpoint>(partitions.Count);
        foreach (var partition in partitions)
        {
            ThrowIfFenced(partition, epoch);
        }

        foreach (var partition in partitions)
        {
            var row = _rows.GetValueOrDefault(partition, Row.None);
            if (epoch > row.Epoch)
            {
                hasChanged = true;
                _rows[partition] = row with { Epoch = epoch };
            }

            if (row.Position is { } position)
            {
                found.Add(new PartitionCheckpoint(partition, position, row.Epoch) { Earlier = row.Earlier });
            }
        }

        return found;
    }

    /// <summary>As <see cref="ICheckpointStore.SaveAsync"/>.</summary>
    public void Save(IReadOnlyCollection<PartitionCheckpoint> checkpoints)
    {
        foreach (var checkpoint in checkpoints)
        {
            ThrowIfFenced(checkpoint.Partition, checkpoint.Epoch);
        }

        foreach (var checkpoint in checkpoints)
        {
            _rows[checkpoint.Partition] = new Row(checkpoint.Epoch, checkpoint.Position, checkpoint.Earlier);
        }
    }

    /// <summary>Puts a row that was read from somewhere.</summary>
    public void Put(CheckpointEntry entry) => _rows[entry.Partition] = new Row(entry.Epoch, entry.Position, entry.EarlierPositions);

    private void ThrowIfFenced(int partition, long epoch)
    {
        if (_rows.TryGetValue(partition, out var row) && row.Epoch > epoch)
        {
            throw new CheckpointFencedException(Scope, partition, epoch, row.Epoch);
        }
    }

    private sealed record Row(long Epoch, PartitionPosition? Position, IReadOnlyList<PartitionPosition> Earlier)
    {
        public static Row None { get; } = new(0, null, []);
    }
}
