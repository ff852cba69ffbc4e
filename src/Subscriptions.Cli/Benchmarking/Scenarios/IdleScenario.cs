using System.Globalization;
using Subscriptions.Client;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>idle</c>: many workers wait for documents that do not come. What that costs the server's memory and processor.</summary>
internal sealed class IdleScenario : IBenchScenario
{
    private const int ConnectedAtATime = 32;

    /// <inheritdoc/>
    public string Name => "idle";

    /// <inheritdoc/>
    public string Summary => "many subscriptions with a waiting worker each";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        await using var server = await stage.StartServerAsync(cancellationToken);
        if (server.Process is not { } process) return [];

        var database = await server.CreateDatabaseAsync(cancellationToken);
        var workers = new IdleWorker[settings.IdleSubscriptions];
        try
        {
            var connecting = new ParallelOptions { MaxDegreeOfParallelism = ConnectedAtATime, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, workers.Length, connecting, async (i, token) =>
            {
                var name = $"idle-{i.ToString(CultureInfo.InvariantCulture)}";
                await server.Client.Subscriptions.CreateAsync(
                    database, new SubscriptionDefinition(name, SampleDocuments.Query), cancellationToken: token);
                workers[i] = await IdleWorker.ConnectAsync(server.Address, database, name, stage.Time, token);
            });
            await Task.Delay(settings.IdleSettlingTime, stage.Time, cancellationToken);
            var percent = await WatchAsync(stage, process, cancellationToken);
            await CheckAsync(server, database, workers, cancellationToken);
            return
            [
                new BenchFigures(Name)
                {
                    Variant = $"{workers.Length.ToString(CultureInfo.InvariantCulture)} workers",
                    Unit = "MB",
                    RssMb = process.ResidentMegabytes(),
                    CpuPercent = percent,
                    Clients = workers.Length,
                },
            ];
        }
        finally
        {
            foreach (var worker in workers.OfType<IdleWorker>()) await worker.DisposeAsync();
        }
    }

    /// <summary>Watches a server that has nothing to do, for as long as is set.</summary>
    /// <returns>What it used of the processor, in percent of a core.</returns>
    public static async Task<double> WatchAsync(BenchStage stage, ProcessProbe process, CancellationToken cancellationToken)
    {
        var used = process.ProcessorTime();
        var startedAt = stage.Time.GetTimestamp();
        await Task.Delay(stage.Settings.IdleTime, stage.Time, cancellationToken);
        return (process.ProcessorTime() - used) / stage.Time.GetElapsedTime(startedAt) * 100;
    }

    private static async Task CheckAsync(BenchServer server, string database, IdleWorker[] workers, CancellationToken cancellationToken)
    {
        var subscriptions = await server.Client.Subscriptions.ListAsync(database, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        BenchStage.Check("workers that the server knows", workers.Length, subscriptions.Sum(subscription => subscription.Workers.Count));
        BenchStage.Check("workers that are connected", workers.Length, workers.Count(worker => worker.IsConnected));
    }
}
