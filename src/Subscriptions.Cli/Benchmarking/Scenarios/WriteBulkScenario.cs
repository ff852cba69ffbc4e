namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>write-500</c>: each round fills a database of its own, on one server.</summary>
internal sealed class WriteBulkScenario : IBenchScenario
{
    /// <inheritdoc/>
    public string Name => "write-500";

    /// <inheritdoc/>
    public string Summary => "durable writes, 500 documents a request";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        await using var server = await stage.StartServerAsync(cancellationToken);
        var documents = new SampleDocuments(stage.Settings.Size);
        var bulk = new BulkLoad(server.Channel, documents);
        var oneByOne = new RequestWriters(server.Channel, documents, writers: 1, BulkLoad.RequestSize, stage.Time);

        // First, as its memory is looked at: nothing but a warm-up has been in it before.
        var streamed = await MeasureAsync(stage, server, bulk.WriteAsync, cancellationToken);
        var waited = await MeasureAsync(stage, server, oneByOne.WriteAsync, cancellationToken);
        var figures = new BenchFigures(Name)
        {
            Rounds = stage.Settings.Rounds,
            Documents = stage.Settings.Written,
            BatchSize = BulkLoad.RequestSize,
        };
        return
        [
            figures with
            {
                Variant = "8 in flight",
                InFlight = BulkLoad.InFlight,
                Rates = streamed.Rates,
                RssMb = streamed.Footprint.RssMb,
                DiskBytesPerDoc = streamed.Footprint.DiskBytesPerDoc,
            },
            figures with { Variant = "1 in flight", InFlight = 1, Rates = waited.Rates },
        ];
    }

    private static async Task<(Spread Rates, Footprint Footprint)> MeasureAsync(
        BenchStage stage, BenchServer server, Func<string, int, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var count = stage.Settings.Written;
        Footprint? footprint = null;
        await stage.WarmUpAsync(() => RoundAsync(isMeasured: false), cancellationToken);
        var rates = new List<double>();
        while (rates.Count < stage.Settings.Rounds) rates.Add(await RoundAsync(isMeasured: true));
        return (Spread.Of(rates), footprint!.Value);

        async Task<double> RoundAsync(bool isMeasured)
        {
            var database = await server.CreateDatabaseAsync(cancellationToken);
            var startedAt = stage.Time.GetTimestamp();
            await write(database, count, cancellationToken);
            var rate = stage.RateSince(startedAt, count);
            if (isMeasured) footprint ??= await stage.FootprintAsync(server, database, count, cancellationToken);
            var info = await server.Client.Databases.GetAsync(database, cancellationToken);
            BenchStage.Check("documents in the database", count, info.DocumentCount);
            await server.DropDatabaseAsync(database, cancellationToken);
            return rate;
        }
    }
}
