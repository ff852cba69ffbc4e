using Google.Protobuf.WellKnownTypes;

namespace Subscriptions.Client;

/// <summary>What a worker says, in the contract's form.</summary>
internal static class Requests
{
    public static V1.WorkRequest Open(SubscriptionWorkerOptions options) => new()
    {
        Open = new V1.WorkOpen
        {
            Database = options.Database,
            Subscription = options.Subscription,
            Strategy = Mapping.ToWire(options.Strategy),
            WorkerName = options.WorkerName,
            MaxDocs = options.MaxDocs,
            MaxBytes = options.MaxBytes,
            Window = options.Window,
            CloseWhenDrained = options.CloseWhenDrained,
        },
    };

    public static V1.WorkRequest Ack(long batchId, string? traceParent) =>
        new() { Ack = new V1.BatchAck { BatchId = batchId, Traceparent = traceParent ?? string.Empty } };

    public static V1.WorkRequest Nack(
        long batchId, IReadOnlyCollection<string> itemIds, string reason, TimeSpan? delay, string? traceParent)
    {
        var nack = new V1.BatchNack
        {
            BatchId = batchId,
            Reason = reason.Length <= WorkerLimits.MostReasonLength ? reason : Cut(reason),
            Delay = delay?.ToDuration(),
            Traceparent = traceParent ?? string.Empty,
        };
        nack.ItemIds.AddRange(itemIds);
        return new V1.WorkRequest { Nack = nack };
    }

    public static V1.WorkRequest Heartbeat(long batchInProgress) =>
        new() { Heartbeat = new V1.WorkerHeartbeat { BatchInProgress = batchInProgress } };

    // Not through the middle of a character.
    private static string Cut(string reason)
    {
        var length = WorkerLimits.MostReasonLength;
        return reason[..(char.IsHighSurrogate(reason[length - 1]) ? length - 1 : length)];
    }
}
