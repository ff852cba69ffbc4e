namespace Subscriptions.Core.Delivery;

/// <summary>
/// What was delivered of one subscription since the server started, and what is on the way. Counted a few times a batch, by whichever session
/// has the lease; read at any time. Thread-safe.
/// </summary>
public sealed class DeliveryFigures
{
    private long _batches;
    private long _changes;
    private long _bytes;
    private long _scanned;
    private long _acks;
    private long _nacks;
    private long _rewinds;
    private long _batchesInFlight;
    private long _changesInFlight;

    /// <summary>What was counted until now.</summary>
    public DeliveryTotals Totals => new(
        Volatile.Read(ref _batches),
        Volatile.Read(ref _changes),
        Volatile.Read(ref _bytes),
        Volatile.Read(ref _scanned),
        Volatile.Read(ref _acks),
        Volatile.Read(ref _nacks),
        Volatile.Read(ref _rewinds));

    /// <summary>Batches that were sent and not acked.</summary>
    public long BatchesInFlight => Volatile.Read(ref _batchesInFlight);

    /// <summary>The changes in them.</summary>
    public long ChangesInFlight => Volatile.Read(ref _changesInFlight);

    internal void Sent(int changes, long bytes)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _changes, changes);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void Scanned(int changes) => Interlocked.Add(ref _scanned, changes);

    internal void Confirmed(long batches) => Interlocked.Add(ref _acks, batches);

    internal void Nacked() => Interlocked.Increment(ref _nacks);

    internal void Rewound() => Interlocked.Increment(ref _rewinds);

    internal void InFlightChanged(long batches, long changes)
    {
        if (batches != 0) Interlocked.Add(ref _batchesInFlight, batches);
        if (changes != 0) Interlocked.Add(ref _changesInFlight, changes);
    }
}

/// <summary>Counts that only rise.</summary>
/// <param name="Batches">Batches sent, again after a nack included.</param>
/// <param name="Changes">The changes in them.</param>
/// <param name="Bytes">Their size by <see cref="Documents.Change.Size"/>.</param>
/// <param name="Scanned">Changes that were looked at to find them.</param>
/// <param name="Acks">Batches whose acks are durable.</param>
/// <param name="Nacks">Times that a worker sent batches back.</param>
/// <param name="Rewinds">Times that a cursor was not part of the history any more and was moved back.</param>
public readonly record struct DeliveryTotals(
    long Batches, long Changes, long Bytes, long Scanned, long Acks, long Nacks, long Rewinds)
{
    /// <summary>Both together.</summary>
    public static DeliveryTotals operator +(DeliveryTotals a, DeliveryTotals b) => new(
        a.Batches + b.Batches,
        a.Changes + b.Changes,
        a.Bytes + b.Bytes,
        a.Scanned + b.Scanned,
        a.Acks + b.Acks,
        a.Nacks + b.Nacks,
        a.Rewinds + b.Rewinds);
}
