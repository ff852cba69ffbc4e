using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Cli.Working;
using Subscriptions.Client;

namespace Subscriptions.Cli.Changes;

/// <summary>Changes for people: a line each. In a terminal a document is cut where the line ends; elsewhere nothing is.</summary>
internal sealed class TextChangesOutput(Terminal terminal, Printer print, Uri server) : IChangesOutput
{
    private const char Ellipsis = '…';
    private const int LeastContent = 20;
    private const int WidestId = 40;

    // Ids get the room of the longest so far: rows come one by one.
    private int _idWidth;

    /// <inheritdoc/>
    public void Show(ChangeEvent happening)
    {
        switch (happening)
        {
            case ChangeEvent.Row row:
                Write(row.Change);
                break;
            case ChangeEvent.CaughtUp:
                Notice("caught up");
                break;
            case ChangeEvent.Rewound rewound:
                Notice($"rewound to {rewound.ResumeToken}: {rewound.Reason}");
                break;
            case ChangeEvent.Disconnected lost:
                Notice($"{Failure.Describe(lost.Cause, server)}; trying again in {Readable.Duration(lost.RetryIn)}");
                break;
        }
    }

    /// <inheritdoc/>
    public void Over(long count, string place, ChangeEvent.Ended? ended, bool isDescending)
    {
        var all = ended is { Pending: 0 } ? ", which is all there is; for later ones" : ";";
        Notice($"{Readable.Count(count, "change")}{(isDescending ? string.Empty : $"{all} go on with --since {place}")}");
    }

    // Behind the rows that were written before: both may end up in one terminal.
    private void Notice(string text)
    {
        terminal.Output.Flush();
        print.Notice(text);
    }

    private void Write(ChangeRow row)
    {
        var id = Readable.Text(row.Id);
        _idWidth = Math.Min(WidestId, Math.Max(_idWidth, id.Length));
        var head = $"{Readable.Instant(row.ChangedAt)}  {ChangeKindName.Of(row.Kind),-6}  {id.PadRight(_idWidth)}  {PlaceOf(row)}  {Readable.Text(row.Collection)}";
        terminal.Output.Write(head);
        if (Describe(row) is { } text)
        {
            terminal.Output.Write("  ");
            terminal.Result(Fit(text, head.Length + 2), row.Error is null ? Tone.Quiet : Tone.Warning);
        }

        terminal.Output.WriteLine();
    }

    private static string PlaceOf(ChangeRow row) => row.Partition == 0 ? $"seqno {row.Seqno}" : $"p{row.Partition} seqno {row.Seqno}";

    private static string? Describe(ChangeRow row)
    {
        if (row.Error is { } error) return $"the filter failed: {Readable.Text(error)}";
        if (!row.HasContent) return null;

        var line = new byte[row.Content.Length];
        return Readable.Text(Encoding.UTF8.GetString(line, 0, JsonText.ToOneLine(row.Content.Span, line)));
    }

    private string Fit(string text, int used)
    {
        if (!terminal.Traits.IsOutputTerminal) return text;
        var room = Math.Max(LeastContent, terminal.Screen.Profile.Width - used - 1);
        return text.Length <= room ? text : text[..(room - 1)] + Ellipsis;
    }
}
