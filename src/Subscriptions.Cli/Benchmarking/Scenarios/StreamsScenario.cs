using Subscriptions.Cli.Benchmarking.Streams;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>streams</c>: partition streams, one that is read from the disk, one that follows, and very many on one connection.</summary>
internal sealed class StreamsScenario : IBenchScenario
{
    /// <inheritdoc/>
    public string Name => "streams";

    /// <inheritdoc/>
    public string Summary => "partition streams: one from the disk, one that follows, and many on one connection";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        await using var server = await stage.StartServerAsync(cancellationToken);
        return
        [
            await FromDiskAsync(stage, server, cancellationToken),
            await FollowingAsync(stage, server, cancellationToken),
            .. await ManyAsync(stage, server, cancellationToken),
        ];
    }

    private async Task<BenchFigures> FromDiskAsync(BenchStage stage, BenchServer server, CancellationToken cancellationToken)
    {
        var count = stage.Settings.Documents;
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await new BulkLoad(server.Channel, new SampleDocuments(stage.Settings.Size)).WriteAsync(database, count, cancellationToken);
        var rates = await stage.RoundsAsync(
            async () =>
            {
                var startedAt = stage.Time.GetTimestamp();
                using var streams = await BenchStreams.ConnectAsync(server.Channel, database, cancellationToken);
                await streams.OpenAsync(0, cancellationToken, Wire.StreamFlag.DiskOnly);
                await streams.ToAsync(Wire.ConnectResponse.MessageOneofCase.End, 1, cancellationToken);
                BenchStage.Check("changes", count, streams.Received[0]);
                return stage.RateSince(startedAt, count);
            },
            cancellationToken);
        return FiguresOf("from the disk", rates, count, server);
    }

    private async Task<BenchFigures> FollowingAsync(BenchStage stage, BenchServer server, CancellationToken cancellationToken)
    {
        var count = stage.Settings.Latencies;
        var documents = new Wire.DocumentService.DocumentServiceClient(server.Channel);
        var samples = new SampleDocuments(stage.Settings.Size);
        var database = await server.CreateDatabaseAsync(cancellationToken);

        // The reader has a connection of its own, as it is another process than the writer.
        using var channel = BenchChannel.Open(server.Address);
        using var streams = await BenchStreams.ConnectAsync(channel, database, cancellationToken);
        await streams.OpenAsync(0, cancellationToken);
        await streams.ToAsync(Wire.ConnectResponse.MessageOneofCase.StreamOpened, 1, cancellationToken);
        var written = 0L;
        var rounds = await stage.RoundsAsync(MeasureAsync, cancellationToken);
        return new BenchFigures(Name)
        {
            Variant = "one that follows",
            Unit = "ms",
            P50Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.5))),
            P99Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.99))),
            Rounds = rounds.Count,
            Documents = count,
            BatchSize = 1,
        };

        async Task<double[]> MeasureAsync()
        {
            var milliseconds = new double[count];
            for (var i = 0; i < count; i++)
            {
                var request = new Wire.WriteRequest { Database = database, Operations = { samples.Put(written++) } };
                var startedAt = stage.Time.GetTimestamp();
                using var writing = documents.WriteAsync(request, cancellationToken: cancellationToken);
                await streams.ToChangesAsync(written, cancellationToken);
                milliseconds[i] = stage.Time.GetElapsedTime(startedAt).TotalMilliseconds;
                await writing;
            }

            Array.Sort(milliseconds);
            return milliseconds;
        }
    }

    private async Task<IReadOnlyList<BenchFigures>> ManyAsync(BenchStage stage, BenchServer server, CancellationToken cancellationToken)
    {
        var (partitions, count) = (stage.Settings.StreamPartitions, stage.Settings.StreamDocuments);
        var database = await server.CreateDatabaseAsync(cancellationToken, partitions);
        await new BulkLoad(server.Channel, new SampleDocuments(stage.Settings.Size)).WriteAsync(database, count, cancellationToken);
        var opened = new List<double>();
        var rates = await stage.RoundsAsync(
            async () =>
            {
                var startedAt = stage.Time.GetTimestamp();
                using var streams = await BenchStreams.ConnectAsync(server.Channel, database, cancellationToken);
                var opening = OpenAllAsync(streams, partitions, cancellationToken);
                await streams.ToAsync(Wire.ConnectResponse.MessageOneofCase.StreamOpened, partitions, cancellationToken);
                opened.Add(stage.Time.GetElapsedTime(startedAt).TotalMilliseconds);
                await opening;
                await streams.ToChangesAsync(count, cancellationToken);
                return stage.RateSince(startedAt, count);
            },
            cancellationToken);
        return
        [
            new BenchFigures(Name) { Variant = $"{partitions} opened", Unit = "ms", P50Ms = Spread.Of(opened), Rounds = opened.Count, Clients = partitions },
            FiguresOf($"{partitions} on one connection", rates, count, server),
        ];
    }

    private static async Task OpenAllAsync(BenchStreams streams, int partitions, CancellationToken cancellationToken)
    {
        for (var p = 0; p < partitions; p++) await streams.OpenAsync(p, cancellationToken);
    }

    private BenchFigures FiguresOf(string variant, IReadOnlyList<double> rates, int count, BenchServer server) => new(Name)
    {
        Variant = variant,
        Rates = Spread.Of(rates),
        Rounds = rates.Count,
        Documents = count,
        BatchSize = count,
        RssMb = server.Process?.ResidentMegabytes(),
    };
}
