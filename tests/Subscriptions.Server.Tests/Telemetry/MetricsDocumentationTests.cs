using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>What docs/operations.md says of metrics is what there is, no less and no more.</summary>
public sealed partial class MetricsDocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "operations.md"));

    [Fact]
    public async Task Tables_ServersMeter_HaveEveryInstrumentWithTypeAndUnit()
    {
        await using var server = await ServerFixture.StartAsync();
        var documented = Row.Matches(Text).Select(m => (m.Groups["name"].Value, m.Groups["type"].Value, m.Groups["unit"].Value)).Order().ToList();

        Assert.Equal(InstrumentsOf(server.Server.Engine.Meter.Meter), documented);
    }

    [GeneratedRegex(@"^\| `(?<name>subscriptions\.[a-z_.]+)` \| (?<type>[a-z]+) \| `(?<unit>[^`]+)` \| [^|]+ \| [^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    private static List<(string Name, string Type, string Unit)> InstrumentsOf(Meter meter)
    {
        var found = new List<(string Name, string Type, string Unit)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == meter) found.Add((instrument.Name, TypeOf(instrument), instrument.Unit ?? ""));
        };
        listener.Start();
        return [.. found.Order()];
    }

    private static string TypeOf(Instrument instrument)
    {
        var name = instrument.GetType().Name.Split('`')[0];
        return (name.StartsWith("Observable", StringComparison.Ordinal) ? name["Observable".Length..] : name).ToLowerInvariant();
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Subscriptions.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
