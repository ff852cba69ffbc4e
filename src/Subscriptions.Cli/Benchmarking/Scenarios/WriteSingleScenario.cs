using System.Globalization;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>write-1</c>: one document a request; each writer waits for the answer to its last one. Alone, and many at the same time.</summary>
internal sealed class WriteSingleScenario : IBenchScenario
{
    private const int ManyWriters = 64;

    /// <inheritdoc/>
    public string Name => "write-1";

    /// <inheritdoc/>
    public string Summary => "durable writes, one document a request, 1 and 64 writers";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        await using var server = await stage.StartServerAsync(cancellationToken);
        return
        [
            await MeasureAsync(stage, server, 1, stage.Settings.SingleWrites, cancellationToken),
            await MeasureAsync(stage, server, ManyWriters, stage.Settings.Singles, cancellationToken),
        ];
    }

    private async Task<BenchFigures> MeasureAsync(BenchStage stage, BenchServer server, int writers, int count, CancellationToken cancellationToken)
    {
        var requests = new RequestWriters(server.Channel, new SampleDocuments(stage.Settings.Size), writers, requestSize: 1, stage.Time);
        var rounds = await WriteRounds.MeasureAsync(stage, server, count, requests.WriteAsync, withFootprint: false, cancellationToken);
        return new BenchFigures(Name)
        {
            Variant = writers == 1 ? "1 writer" : $"{writers.ToString(CultureInfo.InvariantCulture)} writers",
            Rates = rounds.Rates,
            P50Ms = rounds.P50Ms,
            P99Ms = rounds.P99Ms,
            Rounds = rounds.Count,
            Documents = count,
            BatchSize = 1,
            Clients = writers,
            InFlight = 1,
        };
    }
}
