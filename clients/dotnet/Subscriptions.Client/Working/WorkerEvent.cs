namespace Subscriptions.Client;

/// <summary>Something that happened to a worker's connection. New kinds may be added: ignore what you do not know.</summary>
public abstract record WorkerEvent
{
    private WorkerEvent()
    {
    }

    /// <summary>The worker is in the queue; told again when its place changes.</summary>
    /// <param name="Holder">Who holds the subscription; <see langword="null"/> when the server did not say.</param>
    /// <param name="PlaceInQueue">1 is next.</param>
    public sealed record Waiting(SubscriptionHolder? Holder, int PlaceInQueue) : WorkerEvent;

    /// <summary>The worker has the lease.</summary>
    /// <param name="FencingToken">Larger than that of every worker before.</param>
    /// <param name="ChangeVector">From where delivery begins.</param>
    /// <param name="ResumeToken">The same, for other readers.</param>
    /// <param name="Node">The server's name for itself.</param>
    public sealed record Connected(long FencingToken, string ChangeVector, string ResumeToken, string Node) : WorkerEvent;

    /// <summary>Everything that existed was delivered. Told each time it becomes true.</summary>
    /// <param name="ResumeToken">Where that is.</param>
    public sealed record CaughtUp(string ResumeToken) : WorkerEvent;

    /// <summary>The server is alive.</summary>
    /// <param name="Lag">Changes of the database above what was sent to this worker, matching or not.</param>
    /// <param name="HighSeqno">The sum of the partitions' newest seqnos.</param>
    public sealed record Heartbeat(long Lag, long HighSeqno) : WorkerEvent;

    /// <summary>The stored cursor was not part of the database's history any more: delivery begins further back.</summary>
    /// <param name="FromChangeVector">Where the cursor was.</param>
    /// <param name="ToChangeVector">Where it is now.</param>
    /// <param name="Reason">For people: which partition and why.</param>
    public sealed record Rewound(string FromChangeVector, string ToChangeVector, string Reason) : WorkerEvent;

    /// <summary>The acks of a batch and of all before it are durable.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="ChangeVector">What is stored.</param>
    public sealed record Acked(long BatchId, string ChangeVector) : WorkerEvent;

    /// <summary>The application gave a batch back, or some of its items.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="ItemIds">The items; empty: the whole batch.</param>
    /// <param name="Reason">Why, as the server is told.</param>
    /// <param name="Delay">What pause the application wants; <see langword="null"/> when it did not say.</param>
    public sealed record Nacked(long BatchId, IReadOnlyCollection<string> ItemIds, string Reason, TimeSpan? Delay) : WorkerEvent;

    /// <summary>The connection ended, or could not be made.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="RetryIn">After what pause the worker tries again; <see langword="null"/> when it does not.</param>
    public sealed record Disconnected(SubscriptionsException Cause, TimeSpan? RetryIn) : WorkerEvent;

    /// <summary>The worker is over. Told once, last.</summary>
    /// <param name="Cause">
    /// What the reading of batches throws; <see langword="null"/> when everything was delivered, or when it was the application that ended it.
    /// </param>
    public sealed record Ended(SubscriptionsException? Cause) : WorkerEvent;
}
