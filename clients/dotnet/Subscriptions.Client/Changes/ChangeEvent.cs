namespace Subscriptions.Client;

/// <summary>What a feed says. New kinds may be added: ignore what you do not know.</summary>
public abstract record ChangeEvent
{
    private ChangeEvent()
    {
    }

    /// <summary>A change.</summary>
    /// <param name="Change">The newest version of one document.</param>
    public sealed record Row(ChangeRow Change) : ChangeEvent;

    /// <summary>
    /// Everything before this place was given, or does not pass the filter. Said after rows whose own tokens were left out, and when nothing was
    /// said for a heartbeat: what you keep of it spares the server from looking at the same changes again.
    /// </summary>
    /// <param name="ResumeToken">The place.</param>
    public sealed record Checkpoint(string ResumeToken) : ChangeEvent;

    /// <summary>Everything that existed was given; the feed waits. Said each time that it becomes true.</summary>
    /// <param name="ResumeToken">Where that is.</param>
    public sealed record CaughtUp(string ResumeToken) : ChangeEvent;

    /// <summary>
    /// The place at which the feed was to begin, or to go on, is not part of the database's history any more: it begins further back. Rows come
    /// again, and documents that you have and that do not come again may be gone.
    /// </summary>
    /// <param name="ResumeToken">Where it begins.</param>
    /// <param name="Reason">For people: which partition and why.</param>
    public sealed record Rewound(string ResumeToken, string Reason) : ChangeEvent;

    /// <summary>The connection ended, or could not be made. The feed goes on by itself from its last place.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="RetryIn">After what pause it tries again.</param>
    public sealed record Disconnected(SubscriptionsException Cause, TimeSpan RetryIn) : ChangeEvent;

    /// <summary>The feed is over. Said once, last.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="ResumeToken">Where: a feed from here misses nothing and repeats nothing.</param>
    /// <param name="Pending">
    /// How many changes are left after it, matching or not; <see langword="null"/> when the connection was lost before the server told.
    /// </param>
    public sealed record Ended(FeedEndReason Reason, string ResumeToken, long? Pending) : ChangeEvent;
}
