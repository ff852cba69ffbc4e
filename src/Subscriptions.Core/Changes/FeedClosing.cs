namespace Subscriptions.Core.Changes;

/// <summary>Why a feed gives nothing any more.</summary>
public enum FeedClosing
{
    /// <summary>The database was dropped.</summary>
    Dropped = 1,

    /// <summary>The database was restored or rewound: its history goes on in another branch, which a feed of its own reads.</summary>
    HistoryChanged = 2,
}
