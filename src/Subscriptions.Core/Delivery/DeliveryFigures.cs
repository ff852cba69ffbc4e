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
    private long _filtered;
    private long _redelivered;
    private long _failed;
    private long _retried;
    private long _deadLettered;
    private long _scriptErrors;
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
        Volatile.Read(ref _rewinds))
    {
        Filtered = Volatile.Read(ref _filtered),
        Redelivered = Volatile.Read(ref _redelivered),
        Failed = Volatile.Read(ref _failed),
        Retried = Volatile.Read(ref _retried),
        DeadLettered = Volatile.Read(ref _deadLettered),
        ScriptErrors = Volatile.Read(ref _scriptErrors),
    };

    /// <summary>Batches that were sent and not acked.</summary>
    public long BatchesInFlight => Volatile.Read(ref _batchesInFlight);

    /// <summary>The changes in them.</summary>
    public long ChangesInFlight => Volatile.Read(ref _changesInFlight);

    internal void Sent(int changes, int redelivered, long bytes)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _changes, changes);
        Interlocked.Add(ref _bytes, bytes);
        if (redelivered != 0) Interlocked.Add(ref _redelivered, redelivered);
    }

    internal void Scanned(int changes, int found)
    {
        Interlocked.Add(ref _scanned, changes);
        Interlocked.Add(ref _filtered, changes - found);
    }

    internal void ItemFailed(bool isRetried, bool isDeadLettered)
    {
        Interlocked.Increment(ref _failed);
        if (isRetried) Interlocked.Increment(ref _retried);
        if (isDeadLettered) Interlocked.Increment(ref _deadLettered);
    }

    internal void ScriptFailed(int changes) => Interlocked.Add(ref _scriptErrors, changes);

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
    /// <summary>Changes that were looked at and not sent: the query left them out, or they come in another way.</summary>
    public long Filtered { get; init; }

    /// <summary>Changes sent that had been sent before.</summary>
    public long Redelivered { get; init; }

    /// <summary>Items that could not be processed: those that workers failed one by one, and those that the policy takes for failed because the script did.</summary>
    public long Failed { get; init; }

    /// <summary>Failed items that are tried again.</summary>
    public long Retried { get; init; }

    /// <summary>Failed items that were given up.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Changes on which the query's script failed, whatever the policy makes of them.</summary>
    public long ScriptErrors { get; init; }

    /// <summary>Both together.</summary>
    public static DeliveryTotals operator +(DeliveryTotals a, DeliveryTotals b) => new(
        a.Batches + b.Batches,
        a.Changes + b.Changes,
        a.Bytes + b.Bytes,
        a.Scanned + b.Scanned,
        a.Acks + b.Acks,
        a.Nacks + b.Nacks,
        a.Rewinds + b.Rewinds)
    {
        Filtered = a.Filtered + b.Filtered,
        Redelivered = a.Redelivered + b.Redelivered,
        Failed = a.Failed + b.Failed,
        Retried = a.Retried + b.Retried,
        DeadLettered = a.DeadLettered + b.DeadLettered,
        ScriptErrors = a.ScriptErrors + b.ScriptErrors,
    };
}
