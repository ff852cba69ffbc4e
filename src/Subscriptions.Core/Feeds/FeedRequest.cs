using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Feeds;

/// <summary>What somebody asks of a feed.</summary>
public sealed record FeedRequest
{
    /// <summary>After how much silence a feed ends, unless somebody says otherwise: a minute.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <summary>When the feed ends by itself.</summary>
    public required FeedMode Mode { get; init; }

    /// <summary>Where the reader stands; the rewind rule may send it back.</summary>
    public required ResumeToken Since { get; init; }

    /// <summary>
    /// The newest first: the feed starts at the newest change, wherever the reader stands, and ends at the oldest, in every mode.
    /// </summary>
    public bool Descending { get; init; }

    /// <summary>The most rows; the feed ends after them. 0: none, which only tells where the feed would begin.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>
    /// The longest silence on the line, if the reader wants to hear from the feed; such a feed ends because nothing happens only where
    /// <see cref="IdleTimeout"/> says so. Null: it does, after <see cref="Timeout"/>.
    /// </summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>How long a feed without heartbeats waits for the next row before it ends.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>How long a feed with heartbeats waits for the next row before it ends. Null: for ever.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Where the feed ends, in every mode. Null: nowhere.</summary>
    public ResumeToken? Until { get; init; }
}
