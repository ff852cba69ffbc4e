using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>One JSON object an event. The members are part of the program's contract: docs/cli.md.</summary>
internal sealed class JsonWatchOutput(Printer print) : IWatchOutput
{
    /// <inheritdoc/>
    public void Show(SubscriptionWatchEvent happening)
    {
        switch (happening)
        {
            case SubscriptionWatchEvent.Snapshot(_, var snapshot):
                Write(happening, "snapshot", json =>
                {
                    WriteFigures(json, snapshot.Figures);
                    WriteAll(json, "connections", snapshot.Connections, WriteConnection);
                    WriteAll(json, "batches", snapshot.Batches, WriteBatch);
                });
                break;
            case SubscriptionWatchEvent.Figures(_, var figures):
                Write(happening, "figures", json => WriteFigures(json, figures));
                break;
            case SubscriptionWatchEvent.Connection(_, var connection):
                Write(happening, "connection", json => WriteConnection(json, connection));
                break;
            case SubscriptionWatchEvent.Batch(_, var batch):
                Write(happening, "batch", json => WriteBatch(json, batch));
                break;
            case SubscriptionWatchEvent.ItemFailed failed:
                Write(happening, "itemFailed", json =>
                {
                    json.WriteString("id", failed.Id);
                    json.WriteString("worker", failed.WorkerName);
                    json.WriteString("why", failed.Reason);
                    json.WriteString("fate", WatchWords.Of(failed.Fate));
                });
                break;
            case SubscriptionWatchEvent.CursorMoved(_, var changeVector):
                Write(happening, "cursorMoved", json => json.WriteString("changeVector", changeVector));
                break;
            case SubscriptionWatchEvent.Missed(_, var count):
                Write(happening, "missed", json => json.WriteNumber("count", count));
                break;
        }
    }

    private void Write(SubscriptionWatchEvent happening, string name, Action<Utf8JsonWriter> members) => print.Json(json =>
    {
        json.WriteString("event", name);
        json.WriteString("at", happening.At.UtcDateTime);
        members(json);
    });

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, SubscriptionFigures figures)
    {
        json.WriteString("changeVector", figures.ChangeVector);
        json.WriteNumber("lag", figures.Lag);
        json.WriteNumber("lagSeconds", figures.LagTime.TotalSeconds);
        WriteInstant(json, "lastAckAt", figures.LastAckAt);
        json.WriteNumber("retryCount", figures.RetryCount);
        json.WriteNumber("deadLetterCount", figures.DeadLetterCount);
        json.WriteNumber("batchesInFlight", figures.BatchesInFlight);
        json.WriteNumber("itemsInFlight", figures.ItemsInFlight);
        FigureCounts.WriteJson(json, "counts", figures.Counts);
        WriteAll(json, "workers", figures.Workers, WriteConnection);
    }

    private static void WriteConnection(Utf8JsonWriter json, ConnectionInfo connection)
    {
        json.WriteNumber("connection", connection.Id);
        json.WriteString("worker", connection.Worker.Name);
        json.WriteString("address", connection.Worker.Address);
        json.WriteString("strategy", StrategyName.Of(connection.Worker.Strategy));
        json.WriteString("state", WatchWords.Of(connection.State));
        json.WriteNumber("placeInQueue", connection.PlaceInQueue);
        json.WriteNumber("fencingToken", connection.Worker.FencingToken);
        WriteInstant(json, "askedAt", connection.AskedAt);
        WriteInstant(json, "grantedAt", connection.GrantedAt);
        WriteInstant(json, "endedAt", connection.EndedAt);
        if (connection.EndMessage.Length > 0) json.WriteString("why", connection.EndMessage);
        json.WriteNumber("batches", connection.Batches);
        json.WriteNumber("items", connection.Items);
        json.WriteNumber("redelivered", connection.Redelivered);
        json.WriteNumber("bytes", connection.Bytes);
        json.WriteNumber("acks", connection.Acks);
        json.WriteNumber("nacks", connection.Nacks);
        json.WriteNumber("failed", connection.Failed);
        json.WriteNumber("batchesInFlight", connection.Worker.BatchesInFlight);
        json.WriteNumber("itemsInFlight", connection.ItemsInFlight);
        WriteInstant(json, "lastAckAt", connection.LastAckAt);
    }

    private static void WriteBatch(Utf8JsonWriter json, BatchInfo batch)
    {
        json.WriteNumber("number", batch.Number);
        json.WriteNumber("connection", batch.ConnectionId);
        json.WriteNumber("batch", batch.BatchId);
        json.WriteString("worker", batch.WorkerName);
        json.WriteNumber("fencingToken", batch.FencingToken);
        json.WriteString("state", WatchWords.Of(batch.State));
        json.WriteNumber("items", batch.Items);
        json.WriteNumber("redelivered", batch.Redelivered);
        json.WriteNumber("attempt", batch.Attempt);
        json.WriteNumber("bytes", batch.Bytes);
        WriteInstant(json, "builtAt", batch.BuiltAt);
        WriteInstant(json, "sendingAt", batch.SendingAt);
        WriteInstant(json, "sentAt", batch.SentAt);
        WriteInstant(json, "ackedAt", batch.AckedAt);
        WriteInstant(json, "endedAt", batch.EndedAt);
        if (batch.NackReason.Length > 0) json.WriteString("why", batch.NackReason);
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } known) json.WriteString(name, known.UtcDateTime);
    }
}
