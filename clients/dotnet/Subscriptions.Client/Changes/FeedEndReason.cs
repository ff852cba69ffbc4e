namespace Subscriptions.Client;

/// <summary>Why a feed is over.</summary>
public enum FeedEndReason
{
    /// <summary>Nothing that this client knows.</summary>
    Unknown = 0,

    /// <summary>It has given all that was asked for.</summary>
    Complete = 1,

    /// <summary>It has given as many rows as <see cref="ChangesOptions.Limit"/> says.</summary>
    Limit = 2,

    /// <summary>No row came for <see cref="WatchOptions.IdleTimeout"/>.</summary>
    Timeout = 3,
}
