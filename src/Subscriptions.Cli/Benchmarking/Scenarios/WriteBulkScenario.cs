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
        var count = stage.Settings.Written;
        await using var server = await stage.StartServerAsync(cancellationToken);
        var documents = new SampleDocuments(stage.Settings.Size);
        var bulk = new BulkLoad(server.Channel, documents);
        var oneByOne = new RequestWriters(server.Channel, documents, writers: 1, BulkLoad.RequestSize, stage.Time);

        // First, as its memory is looked at: nothing but a warm-up has been in it before.
        var streamed = await WriteRounds.MeasureAsync(stage, server, count, bulk.WriteAsync, withFootprint: true, cancellationToken);
        var waited = await WriteRounds.MeasureAsync(stage, server, count, oneByOne.WriteAsync, withFootprint: false, cancellationToken);
        var figures = new BenchFigures(Name) { Documents = count, BatchSize = BulkLoad.RequestSize, Clients = 1 };
        return
        [
            figures with
            {
                Variant = "8 in flight",
                InFlight = BulkLoad.InFlight,
                Rounds = streamed.Count,
                Rates = streamed.Rates,
                RssMb = streamed.Footprint?.RssMb,
                DiskBytesPerDoc = streamed.Footprint?.DiskBytesPerDoc,
            },
            figures with { Variant = "1 in flight", InFlight = 1, Rounds = waited.Count, Rates = waited.Rates, P50Ms = waited.P50Ms, P99Ms = waited.P99Ms },
        ];
    }
}
