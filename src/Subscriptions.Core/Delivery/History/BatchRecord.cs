using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.History;

/// <summary>What becomes of a batch. The numbers are those of the public contract.</summary>
public enum BatchState
{
    /// <summary>The network has not taken all of it yet.</summary>
    Sending = 1,

    /// <summary>It waits for its ack.</summary>
    Sent = 2,

    /// <summary>It was acked, and that is not durable yet.</summary>
    Acked = 3,

    /// <summary>Its ack is durable.</summary>
    Confirmed = 4,

    /// <summary>The worker sent it, or one before it, back.</summary>
    Nacked = 5,

    /// <summary>The connection ended before its ack was durable: it is delivered again.</summary>
    Lost = 6,
}

/// <summary>One batch as it was at one moment. Immutable.</summary>
/// <param name="ConnectionId">The connection that it was sent on.</param>
/// <param name="BatchId">Its number there; the same again after a nack.</param>
/// <param name="State">What became of it.</param>
public sealed record BatchRecord(long ConnectionId, long BatchId, BatchState State)
{
    /// <summary>Distinguishes the batches of a subscription since the server started; rises.</summary>
    public long Number { get; init; }

    /// <summary>Who got it.</summary>
    public required string WorkerName { get; init; }

    /// <summary>The worker's fencing token.</summary>
    public required FencingToken Token { get; init; }

    /// <summary>How many items it has.</summary>
    public int Items { get; init; }

    /// <summary>Those of the items that had been delivered before.</summary>
    public int Redelivered { get; init; }

    /// <summary>The most often that one of the items was delivered, this time included.</summary>
    public int Attempt { get; init; }

    /// <summary>Its size, what came along included.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was complete; it may then have waited for a place in the worker's window.</summary>
    public DateTimeOffset BuiltAt { get; init; }

    /// <summary>When its sending began.</summary>
    public DateTimeOffset SendingAt { get; init; }

    /// <summary>When the network had taken all of it; null: not yet.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When its ack came; null: it has not.</summary>
    public DateTimeOffset? AckedAt { get; init; }

    /// <summary>When its ack was durable, or when it came back or was lost; null: it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the worker said when it sent it back; empty otherwise.</summary>
    public string NackReason { get; init; } = "";
}
