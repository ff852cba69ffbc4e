using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working.Execution;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Batches for people.</summary>
internal sealed class TextWorkOutput(Terminal terminal, Printer print, Uri server) : IWorkOutput
{
    private readonly ItemText _items = new(terminal);

    /// <inheritdoc/>
    public void Batch(SubscriptionBatch batch)
    {
        terminal.Result($"batch {batch.BatchId}", Tone.Strong);
        terminal.Output.WriteLine($": {Readable.Count(batch.Items.Count, "item")}");
        _items.Write(batch.Items, [.. batch.Includes.Values]);
    }

    /// <inheritdoc/>
    public void Line(SubscriptionItem item, string line) => print.Notice($"{item.Id}: {line}");

    /// <inheritdoc/>
    public void Nacked(SubscriptionBatch batch, SubscriptionItem item, ItemVerdict verdict)
    {
        terminal.Result("nacked", Tone.Warning);
        terminal.Output.WriteLine($" {Readable.Text(item.Id)}, attempt {item.Attempt}: {Readable.Text(verdict.Why!)}");
    }

    /// <inheritdoc/>
    public void Acked(SubscriptionBatch batch, int items)
    {
        terminal.Result("acked", Tone.Pleasing);
        terminal.Output.WriteLine($" up to {Readable.Text(batch.ChangeVector)}");
    }

    /// <inheritdoc/>
    public void Unconfirmed(SubscriptionBatch batch, SubscriptionsException cause) =>
        print.Notice($"the ack of batch {batch.BatchId} was not confirmed, the batch may come again: {Failure.Describe(cause, server)}");

    /// <inheritdoc/>
    public void Event(WorkerEvent happening)
    {
        var text = happening switch
        {
            WorkerEvent.Waiting { Holder: { } holder } waiting => $"waiting, place {waiting.PlaceInQueue}; held by {holder.Name}",
            WorkerEvent.Waiting waiting => $"waiting, place {waiting.PlaceInQueue}",
            WorkerEvent.Connected connected => $"connected to {connected.Node}, fencing token {connected.FencingToken}",
            WorkerEvent.CaughtUp => "caught up",
            WorkerEvent.Rewound rewound => $"rewound from {rewound.FromChangeVector} to {rewound.ToChangeVector}: {rewound.Reason}",

            // The last one is told as the command's failure.
            WorkerEvent.Disconnected { RetryIn: { } pause } disconnected =>
                $"{Failure.Describe(disconnected.Cause, server)}; trying again in {Readable.Duration(pause)}",
            _ => null,
        };
        if (text is not null) print.Notice(text);
    }
}
