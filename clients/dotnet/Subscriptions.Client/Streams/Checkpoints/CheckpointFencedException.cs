namespace Subscriptions.Client;

/// <summary>A partition's position was not saved, as somebody else has the partition now.</summary>
public sealed class CheckpointFencedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="scope">Whose checkpoint.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="epoch">The epoch of who asked.</param>
    /// <param name="storedEpoch">The newer epoch.</param>
    public CheckpointFencedException(CheckpointScope scope, int partition, long epoch, long storedEpoch)
        : base($"Partition {partition} of '{scope}' belongs to somebody else since epoch {storedEpoch}; epoch {epoch} may not save its position any more.")
    {
        Partition = partition;
        Epoch = epoch;
        StoredEpoch = storedEpoch;
    }

    /// <summary>The partition.</summary>
    public int Partition { get; }

    /// <summary>The epoch of who asked.</summary>
    public long Epoch { get; }

    /// <summary>The newer epoch, under which somebody else has the partition.</summary>
    public long StoredEpoch { get; }
}
