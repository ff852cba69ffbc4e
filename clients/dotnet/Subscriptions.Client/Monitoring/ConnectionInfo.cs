namespace Subscriptions.Client;

/// <summary>A worker's connection, and what was delivered on it.</summary>
/// <param name="Id">Its number among the subscription's connections since the server started, from 1.</param>
/// <param name="Worker">Who, from where, how; with its token and the batches that it has and has not acked.</param>
/// <param name="State">What became of it.</param>
/// <param name="AskedAt">When it asked for the subscription.</param>
public sealed record ConnectionInfo(long Id, WorkerInfo Worker, ConnectionState State, DateTimeOffset AskedAt)
{
    /// <summary>Its place in the queue, from 1; 0 when it does not wait.</summary>
    public int PlaceInQueue { get; init; }

    /// <summary>When it was given the subscription; <see langword="null"/>: never.</summary>
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>When it was over; <see langword="null"/>: it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it was refused or closed.</summary>
    public ErrorReason EndReason { get; init; }

    /// <summary>The same for people; empty when there is nothing to say.</summary>
    public string EndMessage { get; init; } = string.Empty;

    /// <summary>Batches sent, again after a nack included.</summary>
    public long Batches { get; init; }

    /// <summary>The items in them.</summary>
    public long Items { get; init; }

    /// <summary>Those of the items that had been delivered before, to whomever.</summary>
    public long Redelivered { get; init; }

    /// <summary>Their size.</summary>
    public long Bytes { get; init; }

    /// <summary>Batches whose acks are durable.</summary>
    public long Acks { get; init; }

    /// <summary>Times that the worker sent batches back.</summary>
    public long Nacks { get; init; }

    /// <summary>Items that the worker failed one by one.</summary>
    public long Failed { get; init; }

    /// <summary>Items sent and not acked.</summary>
    public long ItemsInFlight { get; init; }

    /// <summary>When an ack last came; <see langword="null"/>: none did.</summary>
    public DateTimeOffset? LastAckAt { get; init; }
}
