using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <content>What the consumer logs. Event ids 40 to 49; those of groups 50 to 59.</content>
public sealed partial class PartitionConsumer
{
    private static partial class Log
    {
        public static void Event(ILogger logger, PartitionConsumer consumer, PartitionConsumerEvent e)
        {
            switch (e)
            {
                case PartitionConsumerEvent.Connected connected:
                    Connected(logger, consumer.Name, consumer.Database, connected.Node, connected.PartitionCount);
                    break;
                case PartitionConsumerEvent.Disconnected { RetryIn: { } pause } lost:
                    Reconnecting(logger, consumer.Name, consumer.Database, pause, lost.Cause.Message);
                    break;
                case PartitionConsumerEvent.Assigned assigned:
                    Assigned(logger, consumer.Name, consumer.Database, assigned.Partitions.Count, assigned.Epoch);
                    break;
                case PartitionConsumerEvent.Revoked revoked:
                    Revoked(logger, consumer.Name, consumer.Database, revoked.Partitions.Count, revoked.Left.Count);
                    break;
                case PartitionConsumerEvent.CheckpointFailed failed:
                    CheckpointFailed(logger, consumer.Name, consumer.Database, failed.Cause);
                    break;
                default:
                    break;
            }
        }

        [LoggerMessage(EventId = 40, Level = LogLevel.Information,
            Message = "Consumer {Consumer} is connected to {Database} on {Node}, which has {Partitions} partitions.")]
        public static partial void Connected(ILogger logger, string consumer, string database, string node, int partitions);

        [LoggerMessage(EventId = 41, Level = LogLevel.Warning,
            Message = "Consumer {Consumer} lost its connection to {Database} and connects again in {Pause}: {Cause}")]
        public static partial void Reconnecting(ILogger logger, string consumer, string database, TimeSpan pause, string cause);

        [LoggerMessage(EventId = 42, Level = LogLevel.Information,
            Message = "Consumer {Consumer} has {Partitions} partitions of {Database} now, the new ones under epoch {Epoch}.")]
        public static partial void Assigned(ILogger logger, string consumer, string database, int partitions, long epoch);

        [LoggerMessage(EventId = 47, Level = LogLevel.Information,
            Message = "Consumer {Consumer} has given up {Partitions} partitions of {Database}; it has {Left} left.")]
        public static partial void Revoked(ILogger logger, string consumer, string database, int partitions, int left);

        [LoggerMessage(EventId = 43, Level = LogLevel.Warning,
            Message = "Consumer {Consumer} could not save its positions in {Database}; it tries again.")]
        public static partial void CheckpointFailed(ILogger logger, string consumer, string database, Exception cause);

        [LoggerMessage(EventId = 44, Level = LogLevel.Warning,
            Message = "Consumer {Consumer} was taken back in partition {Partition} of {Database} from {From} to {To}: {Reason}.")]
        public static partial void RolledBack(
            ILogger logger, string consumer, string database, int partition, long from, long to, RollbackReason reason);

        // Not an error: the exception goes to whoever runs the consumer, and that one decides.
        [LoggerMessage(EventId = 45, Level = LogLevel.Warning, Message = "Consumer {Consumer} of {Database} has ended: {Cause}")]
        public static partial void Ended(ILogger logger, string consumer, string database, string cause);

        [LoggerMessage(EventId = 46, Level = LogLevel.Error,
            Message = "The application's OnEvent failed in consumer {Consumer} of {Database}; the consumer goes on.")]
        public static partial void CallbackFailed(ILogger logger, string consumer, string database, Exception exception);
    }
}
