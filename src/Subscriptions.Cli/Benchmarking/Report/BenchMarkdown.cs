using System.Globalization;
using System.Text;

namespace Subscriptions.Cli.Benchmarking.Report;

/// <summary>Figures as a table in Markdown, with the machine above it.</summary>
internal static class BenchMarkdown
{
    private const int Bar = 12;

    /// <summary>Makes it; ends with a line break.</summary>
    /// <param name="machine">What the run was made on.</param>
    /// <param name="settings">How it was made.</param>
    /// <param name="run">What it came to.</param>
    public static string Of(MachineState machine, BenchSettings settings, IReadOnlyList<BenchFigures> run)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Machine: {machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Documents of {settings.Size} bytes; median and spread of {Rounds(settings.Rounds)}.\n\n");
        text.Append("| scenario | median | spread | | besides |\n|---|--:|--:|---|---|\n");
        foreach (var row in BenchRows.Of(run))
            text.Append(CultureInfo.InvariantCulture, $"| {row.Scenario} | {row.Median} | {row.Spread} | {BenchTable.Bar(row.Bar, Bar)} | {row.More} |\n");
        return text.ToString();
    }

    private static string Rounds(int count) => count == 1 ? "one round" : $"up to {count.ToString(CultureInfo.InvariantCulture)} rounds";
}
