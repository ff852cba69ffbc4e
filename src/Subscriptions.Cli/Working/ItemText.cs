using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary>Items for people. In a terminal an item takes one line, whatever it has to say; elsewhere nothing is cut.</summary>
internal sealed class ItemText(Terminal terminal)
{
    private const string Indent = "  ";
    private const char Ellipsis = '…';
    private const int WidestId = 40;

    /// <summary>Writes items and, below them, what comes along.</summary>
    public void Write(IReadOnlyList<SubscriptionItem> items, IReadOnlyList<IncludedDocument> includes)
    {
        var ids = items.Select(item => item.Id).Concat(includes.Select(document => document.Id));
        var width = Math.Min(ids.Select(id => id.Length).DefaultIfEmpty().Max(), WidestId);
        foreach (var item in items) Write(item, width);
        foreach (var document in includes)
        {
            WriteLine($"{Indent}{Readable.Text(document.Id).PadRight(width)}  included  ", OnOneLine(document.Content), Tone.Quiet);
        }
    }

    private void Write(SubscriptionItem item, int width)
    {
        var attempt = item.Attempt > 1 ? $"  attempt {item.Attempt}" : string.Empty;
        var head = $"{Indent}{Readable.Text(item.Id).PadRight(width)}  seqno {item.Seqno}{attempt}  ";
        WriteLine(head, Describe(item), item.Error is null ? Tone.Quiet : Tone.Warning);
    }

    private void WriteLine(string head, string text, Tone tone)
    {
        terminal.Output.Write(head);
        terminal.Result(Fit(text, head.Length), tone);
        terminal.Output.WriteLine();
    }

    private static string Describe(SubscriptionItem item)
    {
        if (item.Error is { } error) return $"no content: {Readable.Text(error)}";
        var now = item.HasContent ? OnOneLine(item.Content) : ChangeKindName.Of(item.Kind);
        return item.HasPrevious ? $"{now} after {OnOneLine(item.PreviousContent)}" : now;
    }

    private static string OnOneLine(ReadOnlyMemory<byte> content)
    {
        var line = new byte[content.Length];
        return Readable.Text(Encoding.UTF8.GetString(line, 0, JsonText.ToOneLine(content.Span, line)));
    }

    private string Fit(string text, int used)
    {
        if (!terminal.Traits.IsOutputTerminal) return text;
        var room = Math.Max(20, terminal.Screen.Profile.Width - used - 1);
        return text.Length <= room ? text : text[..(room - 1)] + Ellipsis;
    }
}
