namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>sync</c>: what this machine's disk needs for one durable append, without any server.</summary>
internal sealed class SyncScenario : IBenchScenario
{
    /// <inheritdoc/>
    public string Name => "sync";

    /// <inheritdoc/>
    public string Summary => "this disk alone: append 200 bytes and sync them";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var count = stage.Settings.Syncs;
        var rounds = await stage.RoundsAsync(
            () => Task.Run(() => DiskSync.Measure(stage.Folder, count, stage.Time, cancellationToken), cancellationToken), cancellationToken);
        return
        [
            new BenchFigures(Name)
            {
                Unit = "syncs/s",
                Rates = Spread.Of(rounds.Select(round => round.Length * 1000 / round.Sum())),
                P50Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.5))),
                P99Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.99))),
                Rounds = rounds.Count,
                Clients = 1,
            },
        ];
    }
}
