namespace Subscriptions.Client;

/// <summary>Something that happened to a watched subscription. More kinds may come.</summary>
/// <param name="At">When, by the server's clock; to a tenth of a second or so.</param>
public abstract record SubscriptionWatchEvent(DateTimeOffset At)
{
    /// <summary>How things stand: first, and once.</summary>
    public sealed record Snapshot(DateTimeOffset At, SubscriptionSnapshot State) : SubscriptionWatchEvent(At);

    /// <summary>How the subscription is doing: every second.</summary>
    public sealed record Figures(DateTimeOffset At, SubscriptionFigures State) : SubscriptionWatchEvent(At);

    /// <summary>A connection came, got a place or the subscription, or ended.</summary>
    public sealed record Connection(DateTimeOffset At, ConnectionInfo State) : SubscriptionWatchEvent(At);

    /// <summary>A batch was sent, acked, confirmed, sent back or lost.</summary>
    public sealed record Batch(DateTimeOffset At, BatchInfo State) : SubscriptionWatchEvent(At);

    /// <summary>An item could not be processed.</summary>
    /// <param name="At">When.</param>
    /// <param name="Id">The document.</param>
    /// <param name="WorkerName">Who says so; empty for a script's error.</param>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Fate">What becomes of it.</param>
    public sealed record ItemFailed(DateTimeOffset At, string Id, string WorkerName, string Reason, ItemFate Fate) : SubscriptionWatchEvent(At);

    /// <summary>The cursor was saved, or moved by an administrator.</summary>
    public sealed record CursorMoved(DateTimeOffset At, string ChangeVector) : SubscriptionWatchEvent(At);

    /// <summary>Events were left out, because they came faster than they were read.</summary>
    public sealed record Missed(DateTimeOffset At, long Count) : SubscriptionWatchEvent(At);
}
