using System.Globalization;
using Subscriptions.Cli.Benchmarking.Feeds;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>listeners</c>: what live listeners over HTTP get and cost: how long a write takes to reach one, and the last of many; and how fast others write
/// meanwhile.
/// </summary>
internal sealed class ListenersScenario : IBenchScenario
{
    // Enough to keep the disk busy.
    private const int Writers = 16;

    private const string Live = "_changes?feed=continuous&since=now&heartbeat=60000";

    /// <inheritdoc/>
    public string Name => "listeners";

    /// <inheritdoc/>
    public string Summary => "live listeners over HTTP: from a write until the last has the row, and what writers can do beside them";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        await using var server = await stage.StartServerAsync(cancellationToken);
        if (server.Http is not { } http) return [];

        var settings = stage.Settings;
        return
        [
            await LatencyAsync(stage, server, http, 1, cancellationToken),
            await LatencyAsync(stage, server, http, settings.FeedListeners, cancellationToken),
            await WritersAsync(stage, server, http, 0, cancellationToken),
            await WritersAsync(stage, server, http, settings.FeedListenersBesideWriters, cancellationToken),
        ];
    }

    private async Task<BenchFigures> LatencyAsync(BenchStage stage, BenchServer server, Uri http, int count, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await using var listeners = await FeedListeners.ConnectAsync(http, $"/{database}/{Live}", count, cancellationToken);
        var documents = new Wire.DocumentService.DocumentServiceClient(server.Channel);
        var samples = new SampleDocuments(stage.Settings.Size);
        var written = 0L;
        var latency = new FeedLatency(listeners, async () =>
        {
            var request = new Wire.WriteRequest { Database = database, Operations = { samples.Put(written++) } };
            using var writing = documents.WriteAsync(request, cancellationToken: cancellationToken);
            await writing;
        });
        return await latency.MeasureAsync(stage, Name, cancellationToken) with { RssMb = server.Process?.ResidentMegabytes() };
    }

    private async Task<BenchFigures> WritersAsync(BenchStage stage, BenchServer server, Uri http, int count, CancellationToken cancellationToken)
    {
        var writers = new RequestWriters(server.Channel, new SampleDocuments(stage.Settings.Size), Writers, requestSize: 1, stage.Time);
        var documents = stage.Settings.FeedWrites;
        var rates = await stage.RoundsAsync(
            async () =>
            {
                var database = await server.CreateDatabaseAsync(cancellationToken);
                double rate;
                await using (var listeners = await FeedListeners.ConnectAsync(http, $"/{database}/{Live}", count, cancellationToken))
                {
                    var startedAt = stage.Time.GetTimestamp();
                    await writers.WriteAsync(database, documents, cancellationToken);
                    rate = stage.RateSince(startedAt, documents);
                    await listeners.WaitForAsync(documents, cancellationToken);
                    BenchStage.Check("rows of all listeners", (long)documents * count, listeners.Rows);
                }

                await server.DropDatabaseAsync(database, cancellationToken);
                return rate;
            },
            cancellationToken);
        return new BenchFigures(Name)
        {
            Variant = count == 0 ? "writers without any" : $"writers beside {count.ToString(CultureInfo.InvariantCulture)}",
            Rates = Spread.Of(rates),
            Rounds = rates.Count,
            Documents = documents,
            BatchSize = 1,
            Clients = Writers,
            InFlight = 1,
        };
    }
}
