using System.Globalization;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Benchmarking.Report;

/// <summary>Makes rows of figures. Those that go in batches and those that go one by one are compared among themselves only.</summary>
internal static class BenchRows
{
    private const double Million = 1_000_000;
    private const double Thousand = 1_000;
    private const double ShortestThousands = 10_000;

    /// <summary>The rows of a run, in its order.</summary>
    public static IReadOnlyList<BenchRow> Of(IReadOnlyList<BenchFigures> run) => [.. run.Select(figures => Of(figures, run))];

    /// <summary>412 k, 1.21 M, 4,194.</summary>
    public static string Rate(double value) => value switch
    {
        >= Million => string.Create(CultureInfo.InvariantCulture, $"{value / Million:0.00} M"),
        >= ShortestThousands => string.Create(CultureInfo.InvariantCulture, $"{value / Thousand:0} k"),
        _ => Readable.Number((long)Math.Round(value)),
    };

    /// <summary>0.412 ms, 12.3 ms.</summary>
    public static string Milliseconds(double value) =>
        value.ToString(value < 1 ? "0.000 ms" : "0.00 ms", CultureInfo.InvariantCulture);

    private static BenchRow Of(BenchFigures figures, IReadOnlyList<BenchFigures> run) => new(
        figures.Title, Median(figures), Spread(figures), string.Join(", ", More(figures, run)), Bar(figures, run));

    private static string Median(BenchFigures figures) => figures switch
    {
        { Rate: { } rate } => $"{Rate(rate)} {figures.Unit}",
        { P50Ms: { } p50 } => Milliseconds(p50.Median),
        { RssMb: { } rss } => Memory(rss),
        _ => string.Empty,
    };

    private static string Spread(BenchFigures figures) => figures switch
    {
        { Rounds: <= 1 } => string.Empty,
        { Rates: { } rates } => $"{Rate(rates.Min)} – {Rate(rates.Max)}",
        { P50Ms: { } p50 } => $"{Milliseconds(p50.Min)} – {Milliseconds(p50.Max)}",
        _ => string.Empty,
    };

    private static IEnumerable<string> More(BenchFigures figures, IReadOnlyList<BenchFigures> run)
    {
        if (figures is { Rate: not null, P50Ms: { } p50 }) yield return $"p50 {Milliseconds(p50.Median)}";
        if (figures.P99Ms is { } p99) yield return $"p99 {Milliseconds(p99.Median)}";
        if (figures.MaxMs is { } longest) yield return $"at most {Milliseconds(longest)}";
        if (CeilingOf(figures, run) is { } ceiling)
            yield return string.Create(CultureInfo.InvariantCulture, $"{figures.Rate / ceiling:P0} of the ceiling's {Rate(ceiling)}");
        if (CeilingTimeOf(figures, run) is { } time)
            yield return string.Create(CultureInfo.InvariantCulture, $"{figures.P50Ms?.Median / time:0.0} times the ceiling's {Milliseconds(time)}");
        if (figures is { RssMb: { } rss } && (figures.Rate ?? figures.P50Ms?.Median) is not null) yield return Memory(rss);
        if (figures.DiskBytesPerDoc is { } disk) yield return string.Create(CultureInfo.InvariantCulture, $"{disk:0} bytes of disk a document");
        if (figures.CpuPercent is { } cpu) yield return string.Create(CultureInfo.InvariantCulture, $"{cpu:0.0} % of a core");
    }

    private static double? CeilingOf(BenchFigures figures, IReadOnlyList<BenchFigures> run) =>
        figures is { Rate: not null, BatchSize: { } size } && figures.Scenario.StartsWith("drain-", StringComparison.Ordinal)
            ? run.FirstOrDefault(other => other.BatchSize == size && other.Scenario.StartsWith("ceiling-", StringComparison.Ordinal))?.Rate
            : null;

    private static double? CeilingTimeOf(BenchFigures figures, IReadOnlyList<BenchFigures> run) =>
        run.FirstOrDefault(other => other.Scenario == $"ceiling-{figures.Scenario}" && other.Variant == figures.Variant)?.P50Ms?.Median;

    private static double? Bar(BenchFigures figures, IReadOnlyList<BenchFigures> run) =>
        figures.Rate is { } rate ? rate / run.Where(other => IsSingle(other) == IsSingle(figures)).Max(other => other.Rate) : null;

    private static bool IsSingle(BenchFigures figures) => figures.BatchSize is null or 1;

    private static string Memory(double megabytes) => string.Create(CultureInfo.InvariantCulture, $"{megabytes:0} MB of memory");
}
