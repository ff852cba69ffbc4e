using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Delivery.History;

/// <summary>Something that happened to a subscription. Immutable.</summary>
public abstract record HistoryEvent
{
    private HistoryEvent()
    {
    }

    /// <summary>A connection came, got a place or the subscription, or ended.</summary>
    public sealed record Connection(ConnectionRecord Record) : HistoryEvent;

    /// <summary>A batch was sent, acked, confirmed, sent back or lost.</summary>
    public sealed record Batch(BatchRecord Record) : HistoryEvent;

    /// <summary>An item could not be processed.</summary>
    /// <param name="Id">The document.</param>
    /// <param name="WorkerName">Who says so; empty for a script's error.</param>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Fate">What becomes of it.</param>
    public sealed record ItemFailed(string Id, string WorkerName, string Reason, ItemFate Fate) : HistoryEvent;

    /// <summary>The cursor was saved, or moved by an administrator; durable.</summary>
    public sealed record CursorMoved(ResumeToken Cursor) : HistoryEvent;
}

/// <summary>What becomes of an item that could not be processed. The numbers are those of the public contract.</summary>
public enum ItemFate
{
    /// <summary>It is tried again.</summary>
    Retried = 1,

    /// <summary>It was given up.</summary>
    DeadLettered = 2,

    /// <summary>It comes again anyway: the document has changed, or an older revision of it is to be tried first.</summary>
    Superseded = 3,

    /// <summary>It was delivered as often as it may be; the subscription stops.</summary>
    Stops = 4,
}
