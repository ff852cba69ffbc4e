using System.Globalization;
using Grpc.Net.Client;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>fan-out</c>: many subscriptions deliver the same documents at the same time, each to a worker with a connection of its own, as workers
/// in processes of their own have.
/// </summary>
internal sealed class FanOutScenario : IBenchScenario
{
    private const int BatchSize = 256;

    /// <inheritdoc/>
    public string Name => "fan-out";

    /// <inheritdoc/>
    public string Summary => "many subscriptions to the same documents at the same time";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        var delivered = (long)settings.FanOutSubscriptions * settings.FanOutDocuments;
        await using var server = await stage.StartServerAsync(cancellationToken);
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await new BulkLoad(server.Channel, new SampleDocuments(settings.Size)).WriteAsync(database, settings.FanOutDocuments, cancellationToken);
        GrpcChannel[] channels = [.. Enumerable.Range(0, settings.FanOutSubscriptions).Select(_ => BenchChannel.Open(server.Address))];
        try
        {
            var drains = channels.Select(channel => new Drain(channel, BatchSize, settings.Window)).ToArray();
            var rates = await stage.RoundsAsync(() => RoundAsync(stage, server, database, drains, cancellationToken), cancellationToken);
            return
            [
                new BenchFigures(Name)
                {
                    Variant = $"{settings.FanOutSubscriptions.ToString(CultureInfo.InvariantCulture)} workers",
                    Rates = Spread.Of(rates),
                    Rounds = rates.Count,
                    Documents = delivered,
                    BatchSize = BatchSize,
                    Window = settings.Window,
                    Clients = settings.FanOutSubscriptions,
                    RssMb = server.Process?.ResidentMegabytes(),
                },
            ];
        }
        finally
        {
            foreach (var channel in channels) channel.Dispose();
        }
    }

    private static async Task<double> RoundAsync(
        BenchStage stage, BenchServer server, string database, Drain[] drains, CancellationToken cancellationToken)
    {
        var documents = stage.Settings.FanOutDocuments;
        for (var i = 0; i < drains.Length; i++)
        {
            var definition = new SubscriptionDefinition(NameOf(i), SampleDocuments.Query);
            await server.Client.Subscriptions.CreateAsync(database, definition, cancellationToken: cancellationToken);
        }

        var unfinished = drains.Length;
        var rate = 0.0;
        var startedAt = stage.Time.GetTimestamp();
        await Task.WhenAll(drains.Select((drain, i) => drain.RunAsync(database, NameOf(i), documents, OnConfirmed, cancellationToken)));
        for (var i = 0; i < drains.Length; i++) await server.Client.Subscriptions.DeleteAsync(database, NameOf(i), cancellationToken);
        return rate;

        void OnConfirmed()
        {
            if (Interlocked.Decrement(ref unfinished) == 0) rate = stage.RateSince(startedAt, (long)drains.Length * documents);
        }
    }

    private static string NameOf(int number) => $"fan-out-{number.ToString(CultureInfo.InvariantCulture)}";
}
