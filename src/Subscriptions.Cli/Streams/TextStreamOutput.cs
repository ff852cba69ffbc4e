using System.Globalization;
using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary>Streams for people: a line an event. In a terminal a document is cut where the line ends; elsewhere nothing is.</summary>
internal sealed class TextStreamOutput(Terminal terminal, Printer print, Uri server) : IStreamOutput
{
    private const char Ellipsis = '…';
    private const int LeastContent = 20;

    /// <inheritdoc/>
    public void Show(PartitionOpened opened)
    {
        var end = opened.EndSeqno is { } seqno ? $", ends at {Readable.Number(seqno)}" : string.Empty;
        Line(opened.Partition, "opened", $"from {Readable.Number(opened.Position.Seqno)} of {Readable.Number(opened.HighSeqno)}{end}", Tone.Quiet);
    }

    /// <inheritdoc/>
    public void Show(PartitionSnapshot snapshot) => Line(
        snapshot.Partition,
        "snapshot",
        $"{Readable.Number(snapshot.StartSeqno)}..{Readable.Number(snapshot.EndSeqno)} from {(snapshot.Source == SnapshotSource.Disk ? "disk" : "memory")}",
        Tone.Quiet);

    /// <inheritdoc/>
    public void Show(int partition, ChangeRow change)
    {
        var head = Head(partition, StreamWords.TypeOf(change.Kind))
            + $"{Readable.Number(change.Seqno)}  {Readable.Text(change.Id)}  {Readable.Text(change.Collection)}";
        terminal.Output.Write(head);
        if (Describe(change) is { } text)
        {
            terminal.Output.Write("  ");
            terminal.Result(Fit(text, head.Length + 2), change.Error is null ? Tone.Quiet : Tone.Warning);
        }

        terminal.Output.WriteLine();
    }

    /// <inheritdoc/>
    public void Show(PartitionAdvance advance) => Line(advance.Partition, "advanced", $"to {Readable.Number(advance.Position.Seqno)}", Tone.Quiet);

    /// <inheritdoc/>
    public void Show(PartitionRollback rollback) => Line(
        rollback.Partition,
        "rollback",
        $"to {Readable.Number(rollback.ToSeqno)}: {StreamWords.Of(rollback.Reason)}; what was shown after it does not count any more",
        Tone.Warning);

    /// <inheritdoc/>
    public void Show(PartitionEnd end) => Line(
        end.Partition,
        "end",
        $"{StreamWords.Of(end.Reason)} at {Readable.Number(end.Position.Seqno)} of {Readable.Number(end.HighSeqno)}{(end.IsFinal ? string.Empty : "; opened again")}",
        Tone.Quiet);

    /// <inheritdoc/>
    public void Show(PartitionConsumerEvent happening)
    {
        if (happening is PartitionConsumerEvent.Disconnected { RetryIn: { } pause } lost)
        {
            print.Notice($"{Failure.Describe(lost.Cause, server)}; trying again in {Readable.Duration(pause)}");
        }
    }

    /// <inheritdoc/>
    public void Over(long count, string place, bool isComplete)
    {
        // Behind the lines that were written before: both may end up in one terminal.
        terminal.Output.Flush();
        var all = isComplete ? ", which is all there is; for later ones" : ";";
        print.Notice($"{Readable.Count(count, "change")}{all} go on with --from-token {place}");
    }

    private static string Head(int partition, string type) => string.Create(CultureInfo.InvariantCulture, $"p{partition,-4} {type,-10} ");

    private void Line(int partition, string type, string text, Tone tone)
    {
        terminal.Result(Head(partition, type) + text, tone);
        terminal.Output.WriteLine();
    }

    private static string? Describe(ChangeRow change)
    {
        if (change.Error is { } error) return $"the filter failed: {Readable.Text(error)}";
        if (!change.HasContent) return null;

        var line = new byte[change.Content.Length];
        return Readable.Text(Encoding.UTF8.GetString(line, 0, JsonText.ToOneLine(change.Content.Span, line)));
    }

    private string Fit(string text, int used)
    {
        if (!terminal.Traits.IsOutputTerminal) return text;
        var room = Math.Max(LeastContent, terminal.Screen.Profile.Width - used - 1);
        return text.Length <= room ? text : text[..(room - 1)] + Ellipsis;
    }
}
