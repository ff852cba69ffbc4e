namespace Subscriptions.Core.Changes;

/// <summary>Where a feed's pages came from. Counted once a page. Thread-safe.</summary>
public sealed class FeedFigures
{
    private long _tailReads;
    private long _storeReads;

    /// <summary>Pages that came from memory.</summary>
    public long TailReads => Volatile.Read(ref _tailReads);

    /// <summary>Pages that came from the store.</summary>
    public long StoreReads => Volatile.Read(ref _storeReads);

    internal void FromTail() => Interlocked.Increment(ref _tailReads);

    internal void FromStore() => Interlocked.Increment(ref _storeReads);
}
