namespace Subscriptions.Core.Delivery;

/// <summary>What a worker says after it has opened.</summary>
public abstract record WorkerMessage
{
    private WorkerMessage()
    {
    }

    /// <summary>Acks a batch and all before it.</summary>
    public sealed record Ack(long BatchId) : WorkerMessage;

    /// <summary>Could not process a batch, or some of its items.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="ItemIds">The items; empty for the whole batch.</param>
    /// <param name="Reason">For people.</param>
    /// <param name="Delay">How long to wait before it is sent again; null: not at all, or, for items, by the subscription's back-off.</param>
    public sealed record Nack(long BatchId, IReadOnlyList<string> ItemIds, string Reason, TimeSpan? Delay) : WorkerMessage;

    /// <summary>Is alive.</summary>
    /// <param name="BatchInProgress">The batch that is still being processed; 0: none.</param>
    public sealed record Heartbeat(long BatchInProgress) : WorkerMessage;
}
