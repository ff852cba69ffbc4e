using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.History;

/// <summary>What becomes of a worker's connection. The numbers are those of the public contract.</summary>
public enum ConnectionState
{
    /// <summary>It asked, and was not answered yet.</summary>
    Asking = 1,

    /// <summary>It is in the queue.</summary>
    Waiting = 2,

    /// <summary>It has the subscription.</summary>
    Active = 3,

    /// <summary>It was sent away before it had the subscription.</summary>
    Refused = 4,

    /// <summary>The worker ended it in order.</summary>
    Finished = 5,

    /// <summary>The server ended it.</summary>
    Closed = 6,

    /// <summary>The worker was not there any more.</summary>
    Lost = 7,
}

/// <summary>One worker's connection as it was at one moment, with what it was sent and did. Immutable.</summary>
/// <param name="Id">Its number among the subscription's connections since the server started, from 1.</param>
/// <param name="Worker">Who, from where, how.</param>
/// <param name="State">What became of it.</param>
/// <param name="AskedAt">When it asked for the subscription.</param>
public sealed record ConnectionRecord(long Id, WorkerInfo Worker, ConnectionState State, DateTimeOffset AskedAt)
{
    /// <summary>Its place in the queue, from 1; 0 when it does not wait.</summary>
    public int Place { get; init; }

    /// <summary>When it was given the subscription; null: never.</summary>
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>When it was over; null: it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its fencing token; null when it was given none.</summary>
    public FencingToken? Token { get; init; }

    /// <summary>Why it was refused or closed; null otherwise.</summary>
    public ErrorCode? EndReason { get; init; }

    /// <summary>The same for people; empty when there is nothing to say.</summary>
    public string EndMessage { get; init; } = "";

    /// <summary>What was delivered on it.</summary>
    public WorkerFigures Figures { get; init; }
}

/// <summary>What was delivered on one connection.</summary>
/// <param name="Batches">Batches sent, again after a nack included.</param>
/// <param name="Items">The items in them.</param>
/// <param name="Redelivered">Those of the items that had been delivered before, to whomever.</param>
/// <param name="Bytes">Their size, what came along included.</param>
/// <param name="Acks">Batches whose acks are durable.</param>
/// <param name="Nacks">Times that the worker sent batches back.</param>
/// <param name="Failed">Items that the worker failed one by one.</param>
/// <param name="BatchesInFlight">Batches sent and not acked.</param>
/// <param name="ItemsInFlight">The items in them.</param>
/// <param name="LastAckAt">When an ack last came; null: none did.</param>
public readonly record struct WorkerFigures(
    long Batches,
    long Items,
    long Redelivered,
    long Bytes,
    long Acks,
    long Nacks,
    long Failed,
    int BatchesInFlight,
    long ItemsInFlight,
    DateTimeOffset? LastAckAt);
