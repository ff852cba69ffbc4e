namespace Subscriptions.Client;

/// <summary>Something that happened to a partition consumer. New kinds may be added: ignore what you do not know.</summary>
public abstract record PartitionConsumerEvent
{
    private PartitionConsumerEvent()
    {
    }

    /// <summary>The connection is open.</summary>
    /// <param name="Node">The server's name for itself.</param>
    /// <param name="PartitionCount">How many partitions the database has.</param>
    public sealed record Connected(string Node, int PartitionCount) : PartitionConsumerEvent;

    /// <summary>The server is alive. Told every <see cref="PartitionConsumerOptions.NoopInterval"/> while streams are open.</summary>
    /// <param name="Lag">Changes of the partitions that are read above what was handled, matching or not; those that newer ones replaced are counted as well.</param>
    /// <param name="HighSeqno">The sum of these partitions' newest seqnos.</param>
    public sealed record Heartbeat(long Lag, long HighSeqno) : PartitionConsumerEvent;

    /// <summary>The connection ended, or could not be made.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="RetryIn">After what pause the consumer tries again; <see langword="null"/> when it does not.</param>
    public sealed record Disconnected(SubscriptionsException Cause, TimeSpan? RetryIn) : PartitionConsumerEvent;

    /// <summary>The consumer has these partitions now.</summary>
    /// <param name="Epoch">The epoch under which it has those that are new; 0 without a group.</param>
    /// <param name="Partitions">All that it has, in order.</param>
    public sealed record Assigned(long Epoch, IReadOnlyList<int> Partitions) : PartitionConsumerEvent;

    /// <summary>The consumer has these partitions no more, and nothing of them is being handled.</summary>
    /// <param name="Partitions">Which it had.</param>
    /// <param name="Left">All that it still has, in order.</param>
    public sealed record Revoked(IReadOnlyList<int> Partitions, IReadOnlyList<int> Left) : PartitionConsumerEvent;

    /// <summary>Positions could not be saved. They are tried again at the next interval, and when the consumer is closed.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record CheckpointFailed(Exception Cause) : PartitionConsumerEvent;
}
