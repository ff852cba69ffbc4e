using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>What the server says to a worker. The face turns it into the wire's form.</summary>
public abstract record ServerMessage
{
    private ServerMessage()
    {
    }

    /// <summary>The worker is in the queue.</summary>
    public sealed record Waiting(WorkerInfo Holder, int Place) : ServerMessage;

    /// <summary>The worker has the lease.</summary>
    public sealed record Opened(
        FencingToken Token, ResumeToken Cursor, SubscriptionDefinition Definition, SessionOptions Options, DeliveryOptions Timing) : ServerMessage;

    /// <summary>A batch.</summary>
    public sealed record Deliver(Batch Batch) : ServerMessage;

    /// <summary>The acks of this batch and all before it are durable.</summary>
    public sealed record AckConfirmed(long BatchId, ResumeToken Cursor) : ServerMessage;

    /// <summary>Everything that existed was delivered.</summary>
    public sealed record CaughtUp(ResumeToken Token) : ServerMessage;

    /// <summary>The server is alive.</summary>
    /// <param name="Lag">Changes above what was sent to this worker, matching or not.</param>
    /// <param name="HighSeqno">The sum of the partitions' newest seqnos.</param>
    public sealed record Heartbeat(long Lag, long HighSeqno) : ServerMessage;

    /// <summary>The stored cursor was not part of the history any more.</summary>
    public sealed record Rewound(ResumeToken From, ResumeToken To, string Reason) : ServerMessage;

    /// <summary>The conversation is about to end.</summary>
    public sealed record Closing(EngineException Reason) : ServerMessage;
}
