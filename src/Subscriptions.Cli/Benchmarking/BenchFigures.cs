namespace Subscriptions.Cli.Benchmarking;

/// <summary>What a scenario came to. What was not measured is null.</summary>
/// <param name="Scenario">Its name on the command line.</param>
internal sealed record BenchFigures(string Scenario)
{
    /// <summary>How it was done, where a scenario does it in several ways, such as "64 clients"; else empty.</summary>
    public string Variant { get; init; } = string.Empty;

    /// <summary>The unit of the rate, such as "docs/s".</summary>
    public string Unit { get; init; } = "docs/s";

    /// <summary>The median of the rounds.</summary>
    public double? Rate => Rates?.Median;

    /// <summary>The rates of the rounds.</summary>
    public Spread? Rates { get; init; }

    /// <summary>The rounds' medians of how long one took, in milliseconds.</summary>
    public Spread? P50Ms { get; init; }

    /// <summary>What 99 of 100 took at most, in each round, in milliseconds.</summary>
    public Spread? P99Ms { get; init; }

    /// <summary>The longest that one took in any round, in milliseconds.</summary>
    public double? MaxMs { get; init; }

    /// <summary>What the server had in memory after the first round, in MB of 1,000,000 bytes.</summary>
    public double? RssMb { get; init; }

    /// <summary>What a document took on disk, journals and indexes included.</summary>
    public double? DiskBytesPerDoc { get; init; }

    /// <summary>What the server used of the processor, in percent of a core.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>How many rounds were measured.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>How many documents each round handled.</summary>
    public long? Documents { get; init; }

    /// <summary>How many documents a batch or a request had at most.</summary>
    public int? BatchSize { get; init; }

    /// <summary>How many batches were unacked at a time.</summary>
    public int? Window { get; init; }

    /// <summary>How many writers or workers there were.</summary>
    public int? Clients { get; init; }

    /// <summary>How many requests of one writer were under way at a time.</summary>
    public int? InFlight { get; init; }

    /// <summary>The machine's load when the scenario began.</summary>
    public double? Load1 { get; init; }

    /// <summary>What names it among the others.</summary>
    public string Title => Variant.Length == 0 ? Scenario : $"{Scenario}, {Variant}";
}
