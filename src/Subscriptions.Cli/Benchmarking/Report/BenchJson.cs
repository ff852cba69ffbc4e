using System.Text.Json;

namespace Subscriptions.Cli.Benchmarking.Report;

/// <summary>Figures for programs. A member that was not measured is absent.</summary>
internal static class BenchJson
{
    private const int RateDigits = 1;
    private const int MillisecondDigits = 4;

    /// <summary>Writes the members of one object.</summary>
    public static void Write(Utf8JsonWriter json, BenchFigures figures)
    {
        json.WriteString("scenario", figures.Scenario);
        if (figures.Variant.Length > 0) json.WriteString("variant", figures.Variant);
        Number(json, "rate", figures.Rate, RateDigits);
        json.WriteString("unit", figures.Unit);
        Number(json, "p50Ms", figures.P50Ms?.Median, MillisecondDigits);
        Number(json, "p99Ms", figures.P99Ms?.Median, MillisecondDigits);
        Number(json, "maxMs", figures.MaxMs, MillisecondDigits);
        Number(json, "rssMb", figures.RssMb, RateDigits);
        Number(json, "diskBytesPerDoc", figures.DiskBytesPerDoc, RateDigits);
        Number(json, "cpuPercent", figures.CpuPercent, RateDigits);

        // Of what stands first: the rate or, where there is none, the median time.
        Number(json, "min", figures.Rates?.Min ?? figures.P50Ms?.Min, figures.Rates is null ? MillisecondDigits : RateDigits);
        Number(json, "max", figures.Rates?.Max ?? figures.P50Ms?.Max, figures.Rates is null ? MillisecondDigits : RateDigits);
        json.WriteNumber("rounds", figures.Rounds);
        Count(json, "documents", figures.Documents);
        Count(json, "batchSize", figures.BatchSize);
        Count(json, "window", figures.Window);
        Count(json, "clients", figures.Clients);
        Count(json, "inFlight", figures.InFlight);
        Number(json, "load1", figures.Load1, 2);
        json.WriteNumber("cpus", Environment.ProcessorCount);
        json.WriteString("dotnet", Environment.Version.ToString());
    }

    private static void Number(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, digits));
    }

    private static void Count(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }
}
