using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working.Execution;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>
/// One JSON object an item and one an ack on standard output; events on standard error. The members of both are part of the program's
/// contract: docs/cli.md.
/// </summary>
internal sealed class JsonWorkOutput(Printer print, Uri server) : IWorkOutput
{
    /// <inheritdoc/>
    public void Batch(SubscriptionBatch batch)
    {
        foreach (var item in batch.Items) print.Json(json => Write(json, batch, item));
        foreach (var document in batch.Includes.Values) print.Json(json => Write(json, batch, document));
    }

    /// <inheritdoc/>
    public void Line(SubscriptionItem item, string line) => print.Event(string.Empty, "output", json =>
    {
        json.WriteString("of", item.Id);
        json.WriteString("line", line);
    });

    /// <inheritdoc/>
    public void Nacked(SubscriptionBatch batch, SubscriptionItem item, ItemVerdict verdict) => print.Json(json =>
    {
        json.WriteString("nacked", item.Id);
        json.WriteNumber("attempt", item.Attempt);
        if (verdict.ExitCode is { } exitCode) json.WriteNumber("exitCode", exitCode);
        json.WriteString("why", verdict.Why);
        json.WriteNumber("batch", batch.BatchId);
    });

    /// <inheritdoc/>
    public void Acked(SubscriptionBatch batch, int items) => print.Json(json =>
    {
        json.WriteNumber("acked", items);
        json.WriteNumber("batch", batch.BatchId);
        json.WriteString("changeVector", batch.ChangeVector);
    });

    /// <inheritdoc/>
    public void Unconfirmed(SubscriptionBatch batch, SubscriptionsException cause) => print.Event(string.Empty, "unconfirmed", json =>
    {
        json.WriteNumber("batch", batch.BatchId);
        json.WriteString("error", Failure.Describe(cause, server));
    });

    /// <inheritdoc/>
    public void Event(WorkerEvent happening)
    {
        switch (happening)
        {
            case WorkerEvent.Waiting waiting:
                print.Event(string.Empty, "waiting", json =>
                {
                    json.WriteNumber("placeInQueue", waiting.PlaceInQueue);
                    if (waiting.Holder is { } holder) json.WriteString("holder", holder.Name);
                });
                break;
            case WorkerEvent.Connected connected:
                print.Event(string.Empty, "connected", json =>
                {
                    json.WriteNumber("fencingToken", connected.FencingToken);
                    json.WriteString("changeVector", connected.ChangeVector);
                    json.WriteString("node", connected.Node);
                });
                break;
            case WorkerEvent.CaughtUp caughtUp:
                print.Event(string.Empty, "caughtUp", json => json.WriteString("resumeToken", caughtUp.ResumeToken));
                break;
            case WorkerEvent.Rewound rewound:
                print.Event(string.Empty, "rewound", json =>
                {
                    json.WriteString("fromChangeVector", rewound.FromChangeVector);
                    json.WriteString("toChangeVector", rewound.ToChangeVector);
                    json.WriteString("why", rewound.Reason);
                });
                break;

            // The last one is told as the command's failure.
            case WorkerEvent.Disconnected { RetryIn: { } pause } disconnected:
                print.Event(string.Empty, "disconnected", json =>
                {
                    json.WriteString("error", Failure.Describe(disconnected.Cause, server));
                    json.WriteString("reason", disconnected.Cause.ReasonName);
                    json.WriteNumber("retryInMs", (long)pause.TotalMilliseconds);
                });
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, SubscriptionBatch batch, SubscriptionItem item)
    {
        ItemJson.Write(json, item);
        json.WriteNumber("batch", batch.BatchId);
    }

    private static void Write(Utf8JsonWriter json, SubscriptionBatch batch, IncludedDocument document)
    {
        ItemJson.Write(json, document);
        json.WriteNumber("batch", batch.BatchId);
    }
}
