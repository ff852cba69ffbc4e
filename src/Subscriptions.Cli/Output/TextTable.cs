using Spectre.Console;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Output;

/// <summary>Writes columns: as a table that fits into a terminal, or as aligned text that is never cut or wrapped.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>Writes a heading and rows.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows)
    {
        if (terminal.Traits.IsOutputTerminal) WriteTable(terminal.Screen, columns, rows);
        else WriteText(terminal.Output, columns, rows);
    }

    private static void WriteTable(IAnsiConsole screen, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
        foreach (var (title, isNumber) in columns)
        {
            var column = new TableColumn(new Text(title, new Style(decoration: Decoration.Bold)));
            table.AddColumn(isNumber ? column.RightAligned().NoWrap() : column);
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        screen.Write(table);
    }

    private static void WriteText(TextWriter output, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows)
    {
        var titles = columns.Select(c => c.Title.ToUpperInvariant()).ToArray();
        var widths = columns.Select((_, i) => rows.Select(row => row[i].Length).Append(titles[i].Length).Max()).ToArray();
        foreach (var row in rows.Prepend(titles))
        {
            var cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }
}
