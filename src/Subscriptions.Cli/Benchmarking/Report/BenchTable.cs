using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Benchmarking.Report;

/// <summary>Figures as a table with bars. Where a terminal has no room for all, remarks stand below the table.</summary>
internal static class BenchTable
{
    private const int WideTerminal = 140;
    private const int LongBar = 24;
    private const int ShortBar = 8;

    private static readonly (string Title, bool IsNumber)[] Columns =
        [("Scenario", false), ("Median", true), ("Spread", true), ("", false), ("More", false)];

    /// <summary>Writes it.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<BenchFigures> run)
    {
        var rows = BenchRows.Of(run);
        var isWide = !terminal.Traits.IsOutputTerminal || terminal.Screen.Profile.Width >= WideTerminal;
        var columns = isWide ? Columns : Columns[..^1];
        TextTable.Write(terminal, columns, [.. rows.Select(row => Cells(row, isWide ? LongBar : ShortBar)[..columns.Length])]);
        if (isWide) return;

        foreach (var row in rows.Where(row => row.More.Length > 0)) terminal.Result($"{row.Scenario}: {row.More}\n", Tone.Plain);
    }

    /// <summary>A bar of whole and eighth blocks: as long as its share of the width, and never invisible.</summary>
    /// <param name="share">From 0 to 1; null: no bar.</param>
    /// <param name="width">How many characters a share of 1 has.</param>
    public static string Bar(double? share, int width)
    {
        const string Eighths = "▏▎▍▌▋▊▉";
        if (share is not { } part) return string.Empty;
        var eighths = Math.Max(1, (int)Math.Round(Math.Clamp(part, 0, 1) * width * 8));
        var rest = eighths % 8;
        return new string('█', eighths / 8) + (rest == 0 ? string.Empty : Eighths[rest - 1]);
    }

    private static string[] Cells(BenchRow row, int bar) => [row.Scenario, row.Median, row.Spread, Bar(row.Bar, bar), row.More];
}
