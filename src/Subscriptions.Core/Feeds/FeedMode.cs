namespace Subscriptions.Core.Feeds;

/// <summary>When a feed ends by itself.</summary>
public enum FeedMode
{
    /// <summary>When it has given what there was when it began; it never waits.</summary>
    Normal = 0,

    /// <summary>When it has given something; it waits for the first change that concerns its reader.</summary>
    LongPoll = 1,

    /// <summary>Not before its limit or timeout.</summary>
    Continuous = 2,
}
