using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Batches for people. In a terminal an item takes one line, whatever it has to say; elsewhere nothing is cut.</summary>
internal sealed class TextWorkOutput(Terminal terminal, Printer print, Uri server) : IWorkOutput
{
    private const string Indent = "  ";
    private const char Ellipsis = '…';

    /// <inheritdoc/>
    public void Batch(SubscriptionBatch batch)
    {
        terminal.Result($"batch {batch.BatchId}", Tone.Strong);
        terminal.Output.WriteLine($": {Readable.Count(batch.Items.Count, "item")}");
        var idWidth = Math.Min(batch.Items.Max(item => item.Id.Length), 40);
        foreach (var item in batch.Items)
        {
            var attempt = item.Attempt > 1 ? $"  attempt {item.Attempt}" : string.Empty;
            var head = $"{Indent}{Readable.Text(item.Id).PadRight(idWidth)}  seqno {item.Seqno}{attempt}  ";
            terminal.Output.Write(head);
            terminal.Result(Fit(Describe(item), head.Length), item.Error is null ? Tone.Quiet : Tone.Warning);
            terminal.Output.WriteLine();
        }
    }

    /// <inheritdoc/>
    public void Acked(SubscriptionBatch batch)
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

    private static string Describe(SubscriptionItem item)
    {
        if (item.Error is { } error) return $"no content: {Readable.Text(error)}";
        if (!item.HasContent) return ChangeKindName.Of(item.Kind);

        var line = new byte[item.Content.Length];
        return Readable.Text(Encoding.UTF8.GetString(line, 0, JsonText.ToOneLine(item.Content.Span, line)));
    }

    private string Fit(string text, int used)
    {
        if (!terminal.Traits.IsOutputTerminal) return text;
        var room = Math.Max(20, terminal.Screen.Profile.Width - used - 1);
        return text.Length <= room ? text : text[..(room - 1)] + Ellipsis;
    }
}
