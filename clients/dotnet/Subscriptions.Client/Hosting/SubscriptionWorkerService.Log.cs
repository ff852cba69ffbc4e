using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <content>What a hosted worker logs. Event ids 20 to 39.</content>
internal sealed partial class SubscriptionWorkerService<THandler>
{
    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Everything of {Database}/{Subscription} is delivered and acked.")]
        public static partial void Drained(ILogger logger, string database, string subscription);

        [LoggerMessage(EventId = 21, Level = LogLevel.Debug, Message = "The worker of {Database}/{Subscription} was stopped with the host.")]
        public static partial void Stopped(ILogger logger, string database, string subscription);

        [LoggerMessage(EventId = 22, Level = LogLevel.Critical,
            Message = "The worker of {Database}/{Subscription} has ended for good; OnEnd is {Action}.")]
        public static partial void EndedForGood(
            ILogger logger, string database, string subscription, WorkerEndAction action, Exception exception);

        [LoggerMessage(EventId = 23, Level = LogLevel.Critical,
            Message = "The handler of {Database}/{Subscription} failed, which stops the host (OnHandlerError is StopHost).")]
        public static partial void HandlerEndedWorker(ILogger logger, string database, string subscription, Exception exception);

        [LoggerMessage(EventId = 24, Level = LogLevel.Error,
            Message = "The handler failed on batch {BatchId} ({Items} items) of {Database}/{Subscription}; it comes again in {Delay}.")]
        public static partial void HandlerFailed(
            ILogger logger, long batchId, int items, string database, string subscription, TimeSpan delay, Exception exception);

        [LoggerMessage(EventId = 25, Level = LogLevel.Warning,
            Message = "Batch {BatchId} of {Database}/{Subscription} was lost before its ack was confirmed; it may be delivered again.")]
        public static partial void LeaseLost(ILogger logger, long batchId, string database, string subscription, Exception exception);

        [LoggerMessage(EventId = 26, Level = LogLevel.Warning,
            Message = "The handler did not finish batch {BatchId} of {Database}/{Subscription} within {DrainTimeout} (DrainTimeout) of the "
                + "shutdown; it will be delivered again.")]
        public static partial void NotDrained(ILogger logger, long batchId, string database, string subscription, TimeSpan drainTimeout);

        // 27 is a handler of items'.
        [LoggerMessage(EventId = 28, Level = LogLevel.Error,
            Message = "The handler failed on batch {BatchId} ({Items} items) of {Database}/{Subscription}; OnHandlerError is {Action}.")]
        public static partial void HandlerFailedAndGoesOn(
            ILogger logger, long batchId, int items, string database, string subscription, HandlerErrorAction action, Exception exception);
    }
}
