namespace Subscriptions.Core.Changes;

/// <summary>One reader's way through all partitions of a database, upwards or downwards. Not thread-safe.</summary>
internal interface IFeedSource : IDisposable
{
    /// <summary>Where the reader is in each partition.</summary>
    ReadOnlySpan<Position> Positions { get; }

    /// <summary>Where the reader is.</summary>
    ResumeToken Token { get; }

    /// <summary>How many changes are left, matching or not; those that were replaced since are counted as well.</summary>
    long Lag { get; }

    /// <summary>Whether nothing is left for now, as far as can be told without reading.</summary>
    bool IsAtEnd { get; }

    /// <summary>Reads on; the reader stays where it is until it is moved. Null when nothing is left for now.</summary>
    ValueTask<FeedPage?> ReadAsync(ReadLimits limits, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the page has all that the reader must see. To be asked after a page was read, and before <see cref="MoveTo"/>; false when
    /// tombstones above the reader were purged meanwhile.
    /// </summary>
    bool TryAccept(FeedPage page);

    /// <summary>Moves the reader to a change of an accepted page, or to the page's end.</summary>
    void MoveTo(FeedPage page, long seqno);
}
