using System.Globalization;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>drain-N</c>: documents that were written before are delivered to one worker, which acks every batch. Each round has a subscription of
/// its own, from the beginning.
/// </summary>
/// <param name="batchSize">The most documents in a batch.</param>
internal sealed class DrainScenario(int batchSize) : IBenchScenario
{
    /// <inheritdoc/>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"drain-{batchSize}");

    /// <inheritdoc/>
    public string Summary { get; } = $"one worker, batches of up to {batchSize.ToString(CultureInfo.InvariantCulture)}, durable acks";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        var count = batchSize == 1 ? settings.Singles : settings.Documents;
        await using var server = await stage.StartServerAsync(cancellationToken);
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await new BulkLoad(server.Channel, new SampleDocuments(settings.Size)).WriteAsync(database, count, cancellationToken);
        var footprint = await stage.FootprintAsync(server, database, count, cancellationToken);

        var drain = new Drain(server.Channel, batchSize, settings.Window);
        var subscriptions = 0;
        var rates = await stage.RoundsAsync(
            async () =>
            {
                var name = $"drain-{(++subscriptions).ToString(CultureInfo.InvariantCulture)}";
                await server.Client.Subscriptions.CreateAsync(
                    database, new SubscriptionDefinition(name, SampleDocuments.Query), cancellationToken: cancellationToken);
                var rate = 0.0;
                var startedAt = stage.Time.GetTimestamp();
                await drain.RunAsync(database, name, count, () => rate = stage.RateSince(startedAt, count), cancellationToken);
                await server.Client.Subscriptions.DeleteAsync(database, name, cancellationToken);
                return rate;
            },
            cancellationToken);
        return
        [
            new BenchFigures(Name)
            {
                Variant = settings.Window == 1 ? string.Empty : $"window {settings.Window.ToString(CultureInfo.InvariantCulture)}",
                Rates = Spread.Of(rates),
                Rounds = rates.Count,
                Documents = count,
                BatchSize = batchSize,
                Window = settings.Window,
                RssMb = server.Process?.ResidentMegabytes(),
                DiskBytesPerDoc = footprint.DiskBytesPerDoc,
            },
        ];
    }
}
