using Spectre.Console;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Watching;

/// <summary>One line of a picture: pieces of text, each in its tone, cut at the screen's width.</summary>
internal sealed class WatchLine(int width)
{
    private readonly List<(string Text, Style Style)> _pieces = [];
    private int _used;

    /// <summary>The line without its colours.</summary>
    public string Text => string.Concat(_pieces.Select(p => p.Text)).TrimEnd();

    /// <summary>Adds a piece; text from elsewhere does no harm.</summary>
    public WatchLine Add(string text, Tone tone = Tone.Plain) => Add(text, tone.Style());

    /// <summary>Adds a piece that is as wide as a column, and a gap behind it.</summary>
    public WatchLine Cell(string text, int columns, Tone tone = Tone.Plain) => Add(Fit(Readable.Text(text), columns).PadRight(columns + 2), tone);

    /// <summary>Adds a number, to the right of a column, and a gap behind it.</summary>
    public WatchLine Right(string text, int columns, Tone tone = Tone.Plain) => Add(Fit(text, columns).PadLeft(columns) + "  ", tone);

    /// <summary>Adds a piece in a style.</summary>
    public WatchLine Add(string text, Style style)
    {
        var fitting = Fit(Readable.Text(text), Math.Max(0, width - 1 - _used));
        if (fitting.Length == 0) return this;
        _pieces.Add((fitting, style));
        _used += fitting.Length;
        return this;
    }

    /// <summary>The line for the screen.</summary>
    public Paragraph ToParagraph()
    {
        var paragraph = new Paragraph();
        foreach (var (text, style) in _pieces) paragraph.Append(text, style);
        if (_pieces.Count == 0) paragraph.Append(" ");
        return paragraph;
    }

    private static string Fit(string text, int columns) => text.Length <= columns
        ? text
        : columns < 2 ? text[..Math.Max(0, columns)] : string.Concat(text.AsSpan(0, columns - 1), "…");
}
