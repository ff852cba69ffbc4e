using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <content>What the worker logs. Event ids 1 to 19.</content>
public sealed partial class SubscriptionWorker
{
    private static partial class Log
    {
        public static void Event(ILogger logger, SubscriptionWorker worker, WorkerEvent e)
        {
            switch (e)
            {
                case WorkerEvent.Connected connected:
                    Connected(logger, worker.WorkerName, worker.Database, worker.Subscription, connected.Node, connected.FencingToken, connected.ResumeToken);
                    break;
                case WorkerEvent.Waiting waiting:
                    Waiting(logger, worker.WorkerName, worker.Database, worker.Subscription, waiting.Holder?.Name, waiting.PlaceInQueue);
                    break;
                case WorkerEvent.Rewound rewound:
                    Rewound(logger, worker.Database, worker.Subscription, rewound.FromChangeVector, rewound.ToChangeVector, rewound.Reason);
                    break;
                case WorkerEvent.CaughtUp caughtUp:
                    CaughtUp(logger, worker.WorkerName, worker.Database, worker.Subscription, caughtUp.ResumeToken);
                    break;
                case WorkerEvent.Disconnected { RetryIn: { } pause } disconnected:
                    Reconnecting(logger, worker.WorkerName, worker.Database, worker.Subscription, pause, disconnected.Cause.Message);
                    break;
                case WorkerEvent.Disconnected disconnected:
                    Ended(logger, worker.WorkerName, worker.Database, worker.Subscription, disconnected.Cause.Message);
                    break;
                case WorkerEvent.Nacked nacked:
                    Nacked(logger, worker.Database, worker.Subscription, nacked.BatchId, nacked.ItemIds.Count, nacked.Reason);
                    break;
                default:
                    break;
            }
        }

        [LoggerMessage(EventId = 1, Level = LogLevel.Information,
            Message = "Worker {Worker} holds {Database}/{Subscription} on {Node} with fencing token {FencingToken}, from {ResumeToken}.")]
        public static partial void Connected(
            ILogger logger, string worker, string database, string subscription, string node, long fencingToken, string resumeToken);

        [LoggerMessage(EventId = 2, Level = LogLevel.Information,
            Message = "Worker {Worker} waits for {Database}/{Subscription}, which {Holder} holds; it has place {Place} in the queue.")]
        public static partial void Waiting(ILogger logger, string worker, string database, string subscription, string? holder, int place);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning,
            Message = "The server took {Database}/{Subscription} back from {From} to {To}: {Reason}. Changes after that are delivered again.")]
        public static partial void Rewound(ILogger logger, string database, string subscription, string from, string to, string reason);

        [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "Worker {Worker} has caught up with {Database}/{Subscription} at {ResumeToken}.")]
        public static partial void CaughtUp(ILogger logger, string worker, string database, string subscription, string resumeToken);

        [LoggerMessage(EventId = 5, Level = LogLevel.Warning,
            Message = "Worker {Worker} lost its connection to {Database}/{Subscription} and connects again in {Pause}: {Cause}")]
        public static partial void Reconnecting(
            ILogger logger, string worker, string database, string subscription, TimeSpan pause, string cause);

        // Not an error: the exception goes to whoever reads the batches, and that one decides.
        [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Worker {Worker} of {Database}/{Subscription} has ended for good: {Cause}")]
        public static partial void Ended(ILogger logger, string worker, string database, string subscription, string cause);

        [LoggerMessage(EventId = 7, Level = LogLevel.Debug, Message = "Worker {Worker} has left {Database}/{Subscription}.")]
        public static partial void Closed(ILogger logger, string database, string subscription, string worker);

        [LoggerMessage(EventId = 8, Level = LogLevel.Error,
            Message = "The application's {Callback} failed in worker {Worker} of {Database}/{Subscription}; the worker goes on.")]
        public static partial void CallbackFailed(
            ILogger logger, string database, string subscription, string worker, string callback, Exception exception);

        [LoggerMessage(EventId = 9, Level = LogLevel.Debug,
            Message = "Batch {BatchId} of {Database}/{Subscription}, or {Items} items of it (0: all), was given back: {Reason}")]
        public static partial void Nacked(ILogger logger, string database, string subscription, long batchId, int items, string reason);
    }
}
