namespace Subscriptions.Client;

/// <summary>A batch and its times, by the server's clock.</summary>
/// <param name="Number">Distinguishes the subscription's batches since the server started; rises.</param>
/// <param name="ConnectionId">The <see cref="ConnectionInfo.Id"/> that it was sent on.</param>
/// <param name="BatchId">Its number there; the same again after a nack.</param>
/// <param name="State">What became of it.</param>
public sealed record BatchInfo(long Number, long ConnectionId, long BatchId, BatchState State)
{
    /// <summary>Who got it.</summary>
    public string WorkerName { get; init; } = string.Empty;

    /// <summary>The worker's fencing token.</summary>
    public long FencingToken { get; init; }

    /// <summary>How many items it has.</summary>
    public int Items { get; init; }

    /// <summary>Those of the items that had been delivered before.</summary>
    public int Redelivered { get; init; }

    /// <summary>The most often that one of the items was delivered, this time included.</summary>
    public int Attempt { get; init; }

    /// <summary>Its size.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was complete; it may then have waited for a place in the worker's window.</summary>
    public DateTimeOffset BuiltAt { get; init; }

    /// <summary>When its sending began.</summary>
    public DateTimeOffset SendingAt { get; init; }

    /// <summary>When the network had taken all of it: from here on the worker is the one who is waited for.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When its ack came.</summary>
    public DateTimeOffset? AckedAt { get; init; }

    /// <summary>When its ack was durable, or when it came back or was lost.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the worker said when it sent it back; empty otherwise.</summary>
    public string NackReason { get; init; } = string.Empty;
}
