using System.Globalization;
using System.Text.Json;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>A line an event, for what is no terminal. Figures only when they have changed.</summary>
internal sealed class TextWatchOutput(Printer print) : IWatchOutput
{
    private string _figures = string.Empty;

    /// <inheritdoc/>
    public void Show(SubscriptionWatchEvent happening)
    {
        switch (happening)
        {
            case SubscriptionWatchEvent.Snapshot(var at, var snapshot):
                foreach (var connection in snapshot.Connections) Write(at, Describe(connection, at));
                Figures(at, snapshot.Figures);
                break;
            case SubscriptionWatchEvent.Figures(var at, var figures):
                Figures(at, figures);
                break;
            case SubscriptionWatchEvent.Connection(var at, var connection):
                Write(at, Describe(connection, at));
                break;
            case SubscriptionWatchEvent.Batch(var at, var batch):
                Write(at, Describe(batch, at));
                break;
            case SubscriptionWatchEvent.ItemFailed failed:
                var by = failed.WorkerName.Length > 0 ? failed.WorkerName : "the script";
                Write(failed.At, $"item {failed.Id} failed by {by}, {WatchWords.Of(failed.Fate)}: {failed.Reason}");
                break;
            case SubscriptionWatchEvent.CursorMoved(var at, var changeVector):
                Write(at, $"cursor {changeVector}");
                break;
            case SubscriptionWatchEvent.Missed(var at, var count):
                Write(at, $"missed {Readable.Count(count, "event")}");
                break;
        }
    }

    private void Figures(DateTimeOffset at, SubscriptionFigures figures)
    {
        var text = $"lag {Readable.Count(figures.Lag, "change")}, {Readable.Count(figures.Counts.Items, "item")} sent, "
            + $"{Readable.Count(figures.Counts.Acks, "batch", "batches")} acked, {Readable.Number(figures.ItemsInFlight)} in flight, "
            + $"{Readable.Count(figures.RetryCount, "retry", "retries")}, {Readable.Count(figures.DeadLetterCount, "dead letter")}";
        if (text == _figures) return;
        _figures = text;
        Write(at, text);
    }

    private static string Describe(ConnectionInfo connection, DateTimeOffset now)
    {
        var worker = connection.Worker;
        var text = $"connection {connection.Id} of {worker.Name} ({StrategyName.Of(worker.Strategy)}) {WatchWords.Of(connection.State)}";
        if (connection.PlaceInQueue > 0) text += $", place {connection.PlaceInQueue}";
        if (worker.FencingToken > 0) text += $", token {worker.FencingToken}";
        if (connection.GrantedAt is { } at && connection.State != ConnectionState.Active)
            text += $", after {Readable.Duration((connection.EndedAt ?? now) - at)} and {Readable.Count(connection.Items, "item")}";
        return connection.EndMessage.Length > 0 ? $"{text}: {connection.EndMessage}" : text;
    }

    private static string Describe(BatchInfo batch, DateTimeOffset now)
    {
        var text = $"batch {batch.BatchId} of {batch.WorkerName} {WatchWords.Of(batch.State)}: {Readable.Count(batch.Items, "item")}, "
            + $"{Readable.Bytes(batch.Bytes)}";
        if (batch.SentAt is not null) text += $", sent in {Readable.Duration(WatchWords.SendTime(batch, now))}";
        if (batch.AckedAt is not null) text += $", acked after {Readable.Duration(WatchWords.WaitTime(batch, now))}";
        if (batch.Attempt > 1) text += $", attempt {batch.Attempt}";
        return batch.NackReason.Length > 0 ? $"{text}, because: {batch.NackReason}" : text;
    }

    private void Write(DateTimeOffset at, string text) =>
        print.Done($"{at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {text}", static (Utf8JsonWriter _) => { });
}
