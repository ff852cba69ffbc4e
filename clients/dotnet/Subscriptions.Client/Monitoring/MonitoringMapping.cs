namespace Subscriptions.Client;

/// <summary>Between this library's types about monitoring and the contract's.</summary>
internal static class MonitoringMapping
{
    /// <returns>Null for a kind of event that this library does not know.</returns>
    public static SubscriptionWatchEvent? FromWire(V1.WatchSubscriptionResponse response)
    {
        var at = response.At?.ToDateTimeOffset() ?? default;
        return response.EventCase switch
        {
            V1.WatchSubscriptionResponse.EventOneofCase.Snapshot => new SubscriptionWatchEvent.Snapshot(at, FromWire(response.Snapshot)),
            V1.WatchSubscriptionResponse.EventOneofCase.Figures => new SubscriptionWatchEvent.Figures(at, FromWire(response.Figures)),
            V1.WatchSubscriptionResponse.EventOneofCase.Connection => new SubscriptionWatchEvent.Connection(at, FromWire(response.Connection)),
            V1.WatchSubscriptionResponse.EventOneofCase.Batch => new SubscriptionWatchEvent.Batch(at, FromWire(response.Batch)),
            V1.WatchSubscriptionResponse.EventOneofCase.ItemFailure => FromWire(at, response.ItemFailure),
            V1.WatchSubscriptionResponse.EventOneofCase.CursorMove =>
                new SubscriptionWatchEvent.CursorMoved(at, response.CursorMove.ChangeVector),
            V1.WatchSubscriptionResponse.EventOneofCase.Missed => new SubscriptionWatchEvent.Missed(at, response.Missed.Count),
            _ => null,
        };
    }

    public static SubscriptionSnapshot FromWire(V1.SubscriptionSnapshot snapshot) => new(
        FromWire(snapshot.Figures ?? new V1.SubscriptionFigures()),
        [.. snapshot.Connections.Select(FromWire)],
        [.. snapshot.Batches.Select(FromWire)]);

    private static SubscriptionFigures FromWire(V1.SubscriptionFigures figures) => new(
        AdministrationMapping.FromWire(figures.Definition ?? new V1.SubscriptionDefinition()),
        figures.ChangeVector,
        figures.Lag,
        figures.LagTime?.ToTimeSpan() ?? TimeSpan.Zero,
        figures.LastAckAt?.ToDateTimeOffset(),
        figures.RetryCount,
        figures.DeadLetterCount,
        figures.BatchesInFlight,
        figures.ItemsInFlight,
        FromWire(figures.Counts ?? new V1.DeliveryCounts()),
        [.. figures.Workers.Select(FromWire)],
        figures.StoppedReason.Length > 0 ? figures.StoppedReason : null);

    private static DeliveryCounts FromWire(V1.DeliveryCounts counts) => new(
        counts.Batches,
        counts.Items,
        counts.Redelivered,
        counts.Bytes,
        counts.Scanned,
        counts.Filtered,
        counts.Acks,
        counts.Nacks,
        counts.Failed,
        counts.Retried,
        counts.DeadLettered,
        counts.ScriptErrors,
        counts.Rewinds);

    private static ConnectionInfo FromWire(V1.ConnectionRecord record) => new(
        record.Id,
        AdministrationMapping.FromWire(record.Worker ?? new V1.Worker()),
        Known((ConnectionState)record.State),
        record.AskedAt?.ToDateTimeOffset() ?? default)
    {
        PlaceInQueue = record.PlaceInQueue,
        GrantedAt = record.GrantedAt?.ToDateTimeOffset(),
        EndedAt = record.EndedAt?.ToDateTimeOffset(),
        EndReason = Known((ErrorReason)record.EndReason),
        EndMessage = record.EndMessage,
        Batches = record.Batches,
        Items = record.Items,
        Redelivered = record.Redelivered,
        Bytes = record.Bytes,
        Acks = record.Acks,
        Nacks = record.Nacks,
        Failed = record.Failed,
        ItemsInFlight = record.ItemsInFlight,
        LastAckAt = record.LastAckAt?.ToDateTimeOffset(),
    };

    private static BatchInfo FromWire(V1.BatchRecord record) => new(
        record.Number, record.ConnectionId, record.BatchId, Known((BatchState)record.State))
    {
        WorkerName = record.WorkerName,
        FencingToken = record.FencingToken,
        Items = record.Items,
        Redelivered = record.Redelivered,
        Attempt = record.Attempt,
        Bytes = record.Bytes,
        BuiltAt = record.BuiltAt?.ToDateTimeOffset() ?? default,
        SendingAt = record.SendingAt?.ToDateTimeOffset() ?? default,
        SentAt = record.SentAt?.ToDateTimeOffset(),
        AckedAt = record.AckedAt?.ToDateTimeOffset(),
        EndedAt = record.EndedAt?.ToDateTimeOffset(),
        NackReason = record.NackReason,
    };

    private static SubscriptionWatchEvent.ItemFailed FromWire(DateTimeOffset at, V1.ItemFailure failure) =>
        new(at, failure.Id, failure.WorkerName, failure.Reason, Known((ItemFate)failure.Fate));

    // A later server may have more.
    private static T Known<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : default;
}
