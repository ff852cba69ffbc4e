using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Feeds;

/// <summary>Why a feed ended.</summary>
public enum FeedEndReason
{
    /// <summary>It has given all that its mode and its end ask for.</summary>
    Complete = 0,

    /// <summary>It has given as many rows as it was asked for.</summary>
    Limit = 1,

    /// <summary>Nothing happened for too long.</summary>
    Timeout = 2,

    /// <summary>The server is stopping; the reader can go on elsewhere, or soon.</summary>
    ShuttingDown = 3,

    /// <summary>The database was dropped.</summary>
    DatabaseDropped = 4,

    /// <summary>Deletions that the reader had not seen were purged; it starts from the beginning when it comes back.</summary>
    Purged = 5,

    /// <summary>The database was restored or rewound; the reader is told where it begins when it comes back.</summary>
    HistoryChanged = 6,
}

/// <summary>How a feed ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Token">Where: a feed from here misses nothing and repeats nothing.</param>
/// <param name="Pending">How many changes were left after it, matching or not; those that newer ones replaced are counted as well.</param>
public readonly record struct FeedEnd(FeedEndReason Reason, ResumeToken Token, long Pending);
