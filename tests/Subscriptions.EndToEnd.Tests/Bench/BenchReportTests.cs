using System.Text;
using System.Text.Json;
using Subscriptions.Cli.Benchmarking;
using Subscriptions.Cli.Benchmarking.Report;
using Subscriptions.Cli.Hosting;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary>What is made of figures.</summary>
public sealed class BenchReportTests
{
    private static readonly BenchFigures Drain = new("drain-256")
    {
        Rates = new Spread(400_000, 390_000, 410_500),
        Rounds = 5,
        BatchSize = 256,
        RssMb = 100.4,
        DiskBytesPerDoc = 331.2,
    };

    private static readonly BenchFigures Ceiling = new("ceiling-256") { Rates = new Spread(1_250_000, 1_200_000, 1_300_000), Rounds = 5, BatchSize = 256 };
    private static readonly BenchFigures Single = new("drain-1") { Rates = new Spread(4_194.4, 4_000, 4_400), Rounds = 5, BatchSize = 1 };

    private static readonly BenchFigures Latency = new("latency")
    {
        Unit = "ms",
        P50Ms = new Spread(0.412, 0.4, 0.5),
        P99Ms = new Spread(1.5, 1, 2),
        Rounds = 5,
        BatchSize = 1,
    };

    [Fact]
    public void Rows_OfARun_TellMedianSpreadAndTheCeilingBesideIt()
    {
        var rows = BenchRows.Of([Drain, Ceiling, Single, Latency]);

        Assert.Equal(
            new BenchRow(
                "drain-256", "400 k docs/s", "390 k – 411 k", "32 % of the ceiling's 1.25 M, 100 MB of memory, 331 bytes of disk a document", 0.32),
            rows[0]);
        Assert.Equal(new BenchRow("ceiling-256", "1.25 M docs/s", "1.20 M – 1.30 M", "", 1), rows[1]);
        Assert.Equal(new BenchRow("drain-1", "4,194 docs/s", "4,000 – 4,400", "", 1), rows[2]);
        Assert.Equal(new BenchRow("latency", "0.412 ms", "0.400 ms – 0.500 ms", "p99 1.50 ms", null), rows[3]);
    }

    [Fact]
    public void Rows_OfTimes_TellTheCeilingOfAsMany()
    {
        var one = Latency with { Scenario = "listeners", Variant = "one" };
        var last = Latency with { Scenario = "listeners", Variant = "the last of 500", P50Ms = new Spread(6, 5, 7) };
        var ceiling = last with { Scenario = "ceiling-listeners", P50Ms = new Spread(4, 3, 5), P99Ms = null };

        Assert.Equal(["p99 1.50 ms", "p99 1.50 ms, 1.5 times the ceiling's 4.00 ms", ""], BenchRows.Of([one, last, ceiling]).Select(row => row.More));
    }

    [Fact]
    public void Rows_OfOneRound_HaveNoSpread()
    {
        Assert.Equal(string.Empty, BenchRows.Of([Drain with { Rounds = 1 }]).Single().Spread);
    }

    [Fact]
    public void Rows_WithoutTheCeiling_DoNotInventOne()
    {
        Assert.DoesNotContain("ceiling", BenchRows.Of([Drain, Single])[0].More, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.0, 10, "██████████")]
    [InlineData(0.5, 10, "█████")]
    [InlineData(0.56, 10, "█████▋")]
    [InlineData(0.00001, 10, "▏")]
    [InlineData(7.0, 2, "██")]
    [InlineData(null, 10, "")]
    public void Bar_OfAShare_IsAsLongAsItAndNeverInvisible(double? share, int width, string expected)
    {
        Assert.Equal(expected, BenchTable.Bar(share, width));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Table_InATerminal_SaysAllWithinItsWidth(int width)
    {
        var output = new StringWriter();
        using (var terminal = new Terminal(Stream.Null, output, TextWriter.Null, TerminalTraits.Piped with { IsOutputTerminal = true }))
        {
            terminal.Screen.Profile.Width = width;
            BenchTable.Write(terminal, [Drain, Ceiling, Single, Latency]);
        }

        var lines = output.ToString().Split('\n');
        Assert.Contains(lines, line => line.Contains("drain-256", StringComparison.Ordinal) && line.Contains("390 k – 411 k", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("███", StringComparison.Ordinal));
        Assert.Contains("331 bytes", output.ToString(), StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
    }

    [Fact]
    public void Markdown_OfARun_IsATableBelowTheMachine()
    {
        var machine = new MachineState(2, 0.07, 1.2, ".NET 10.0.1", 0.119);
        var settings = BenchSettings.From(null, 200, null, 1, isQuick: false);

        Assert.Equal(
            """
            Machine: 2 processors, load 0.07 before and 1.20 after the run, .NET 10.0.1, the disk syncs an append of 200 bytes in 0.119 ms.
            Documents of 200 bytes; median and spread of up to 5 rounds.

            | scenario | median | spread | | besides |
            |---|--:|--:|---|---|
            | drain-1 | 4,194 docs/s | 4,000 – 4,400 | ████████████ |  |
            | latency | 0.412 ms | 0.400 ms – 0.500 ms |  | p99 1.50 ms |

            """,
            BenchMarkdown.Of(machine, settings, [Single, Latency]));
    }

    [Fact]
    public void Json_OfFigures_HasWhatWasMeasuredAndNothingElse()
    {
        Assert.Equal(
            ["scenario", "rate", "unit", "rssMb", "diskBytesPerDoc", "min", "max", "rounds", "batchSize", "cpus", "dotnet"], Members(Drain));
        Assert.Equal(["scenario", "unit", "p50Ms", "p99Ms", "min", "max", "rounds", "batchSize", "cpus", "dotnet"], Members(Latency));
        Assert.Equal(0.4, Json(Latency).GetProperty("min").GetDouble());
        Assert.Equal(331.2, Json(Drain).GetProperty("diskBytesPerDoc").GetDouble());
        Assert.Equal(410_500, Json(Drain).GetProperty("max").GetDouble());
    }

    private static string[] Members(BenchFigures figures) => [.. Json(figures).EnumerateObject().Select(member => member.Name)];

    private static JsonElement Json(BenchFigures figures)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            BenchJson.Write(json, figures);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        return document.RootElement.Clone();
    }
}
