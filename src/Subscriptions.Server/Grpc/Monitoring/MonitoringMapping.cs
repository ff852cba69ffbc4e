using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Grpc.SubscriptionAdmin;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Monitoring;

/// <summary>Figures and history on the wire.</summary>
internal static class MonitoringMapping
{
    /// <summary>Figures and history.</summary>
    public static Wire.SubscriptionSnapshot ToWire(Wire.SubscriptionFigures figures, HistorySnapshot history)
    {
        var wire = new Wire.SubscriptionSnapshot { Figures = figures };
        wire.Connections.AddRange(history.Connections.Select(ToWire));
        wire.Batches.AddRange(history.Batches.Select(ToWire));
        return wire;
    }

    /// <summary>Figures.</summary>
    public static Wire.SubscriptionFigures ToWire(SubscriptionEntry entry, long lag, TimeSpan lagTime, FailedItemCounts failed)
    {
        var stored = entry.Stored;
        var figures = new Wire.SubscriptionFigures
        {
            Definition = SubscriptionMapping.ToWire(stored.Definition),
            ChangeVector = stored.Progress.Cursor.ToChangeVector().ToString(),
            Lag = lag,
            LagTime = Duration.FromTimeSpan(lagTime),
            LastAckAt = ToWire(stored.Progress.LastAckAt),
            RetryCount = failed.Retries,
            DeadLetterCount = failed.DeadLetters,
            BatchesInFlight = entry.Figures.BatchesInFlight,
            ItemsInFlight = entry.Figures.ChangesInFlight,
            Counts = ToWire(entry.Figures.Totals),
            StoppedReason = stored.Definition.StoppedReason,
        };
        figures.Workers.AddRange(entry.History.GetConnected().Select(ToWire));
        return figures;
    }

    /// <summary>A connection.</summary>
    public static Wire.ConnectionRecord ToWire(ConnectionRecord record) => new()
    {
        Id = record.Id,
        Worker = SubscriptionMapping.ToWire(record.Worker, record.Token ?? default, record.Figures.BatchesInFlight),
        State = (Wire.ConnectionState)record.State,
        PlaceInQueue = record.Place,
        AskedAt = Timestamp.FromDateTimeOffset(record.AskedAt),
        GrantedAt = ToWire(record.GrantedAt),
        EndedAt = ToWire(record.EndedAt),
        EndReason = record.EndReason is { } reason ? (Wire.ErrorReason)reason : Wire.ErrorReason.Unspecified,
        EndMessage = record.EndMessage,
        Batches = record.Figures.Batches,
        Items = record.Figures.Items,
        Redelivered = record.Figures.Redelivered,
        Bytes = record.Figures.Bytes,
        Acks = record.Figures.Acks,
        Nacks = record.Figures.Nacks,
        Failed = record.Figures.Failed,
        ItemsInFlight = record.Figures.ItemsInFlight,
        LastAckAt = ToWire(record.Figures.LastAckAt),
    };

    /// <summary>A batch.</summary>
    public static Wire.BatchRecord ToWire(BatchRecord record) => new()
    {
        Number = record.Number,
        ConnectionId = record.ConnectionId,
        BatchId = record.BatchId,
        WorkerName = record.WorkerName,
        FencingToken = record.Token.Value,
        State = (Wire.BatchState)record.State,
        Items = record.Items,
        Redelivered = record.Redelivered,
        Attempt = record.Attempt,
        Bytes = record.Bytes,
        BuiltAt = Timestamp.FromDateTimeOffset(record.BuiltAt),
        SendingAt = Timestamp.FromDateTimeOffset(record.SendingAt),
        SentAt = ToWire(record.SentAt),
        AckedAt = ToWire(record.AckedAt),
        EndedAt = ToWire(record.EndedAt),
        NackReason = record.NackReason,
    };

    /// <summary>A failed item.</summary>
    public static Wire.ItemFailure ToWire(HistoryEvent.ItemFailed failed) => new()
    {
        Id = failed.Id,
        WorkerName = failed.WorkerName,
        Reason = failed.Reason,
        Fate = (Wire.ItemFate)failed.Fate,
    };

    private static Wire.DeliveryCounts ToWire(DeliveryTotals totals) => new()
    {
        Batches = totals.Batches,
        Items = totals.Changes,
        Redelivered = totals.Redelivered,
        Bytes = totals.Bytes,
        Scanned = totals.Scanned,
        Filtered = totals.Filtered,
        Acks = totals.Acks,
        Nacks = totals.Nacks,
        Failed = totals.Failed,
        Retried = totals.Retried,
        DeadLettered = totals.DeadLettered,
        ScriptErrors = totals.ScriptErrors,
        Rewinds = totals.Rewinds,
    };

    private static Timestamp? ToWire(DateTimeOffset? at) => at is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
