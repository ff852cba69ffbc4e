using System.Globalization;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>hand-over</c>: many workers wait for one subscription; each gives it back as soon as it has it. Timed from giving it back until the next
/// one has it.
/// </summary>
internal sealed class HandOverScenario : IBenchScenario
{
    private const string Subscription = "hand-over";

    /// <inheritdoc/>
    public string Name => "hand-over";

    /// <inheritdoc/>
    public string Summary => "from one worker's release until the next in the queue has the subscription";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        await using var server = await stage.StartServerAsync(cancellationToken);
        var database = await server.CreateDatabaseAsync(cancellationToken);
        var definition = new SubscriptionDefinition(Subscription, SampleDocuments.Query);
        await server.Client.Subscriptions.CreateAsync(database, definition, cancellationToken: cancellationToken);
        using var queue = new WaitingQueue(server.Address, database, Subscription, settings.WaitingWorkers, stage.Time);

        var rounds = await stage.RoundsAsync(() => RoundAsync(queue, settings.HandOverQueues, cancellationToken), cancellationToken);
        return
        [
            new BenchFigures(Name)
            {
                Variant = $"{settings.WaitingWorkers.ToString(CultureInfo.InvariantCulture)} workers",
                Unit = "ms",
                P50Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.5))),
                P99Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.99))),
                MaxMs = rounds.Max(round => round[^1]),
                Rounds = rounds.Count,
                Clients = settings.WaitingWorkers,
                RssMb = server.Process?.ResidentMegabytes(),
            },
        ];
    }

    private static async Task<double[]> RoundAsync(WaitingQueue queue, int queues, CancellationToken cancellationToken)
    {
        var milliseconds = new List<double>();
        for (var i = 0; i < queues; i++) milliseconds.AddRange(await queue.ServeAsync(cancellationToken));
        return [.. milliseconds.Order()];
    }
}
