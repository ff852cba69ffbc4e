using System.Globalization;

namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Writes one document after the other and times each until the last of some listeners has its row.</summary>
/// <param name="listeners">Who must have it. Nothing was written yet since they were connected.</param>
/// <param name="writeAsync">Writes one.</param>
internal sealed class FeedLatency(FeedListeners listeners, Func<Task> writeAsync)
{
    private long _written;

    /// <summary>Runs rounds.</summary>
    /// <param name="stage">How many, of how many documents.</param>
    /// <param name="scenario">What the figures are of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BenchFigures> MeasureAsync(BenchStage stage, string scenario, CancellationToken cancellationToken)
    {
        var rounds = await stage.RoundsAsync(() => RoundAsync(stage, cancellationToken), cancellationToken);
        return new BenchFigures(scenario)
        {
            Variant = listeners.Count == 1 ? "one" : $"the last of {listeners.Count.ToString(CultureInfo.InvariantCulture)}",
            Unit = "ms",
            P50Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.5))),
            P99Ms = Spread.Of(rounds.Select(round => Spread.Percentile(round, 0.99))),
            Rounds = rounds.Count,
            Clients = listeners.Count,
        };
    }

    private async Task<double[]> RoundAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var milliseconds = new double[stage.Settings.FeedLatencies];
        for (var i = 0; i < milliseconds.Length; i++)
        {
            var have = listeners.WaitForAsync(++_written, cancellationToken);
            var startedAt = stage.Time.GetTimestamp();
            var writing = writeAsync();

            // Nobody is told of a write that failed.
            if (await Task.WhenAny(have, writing) == writing) await writing;
            await have;
            milliseconds[i] = stage.Time.GetElapsedTime(startedAt).TotalMilliseconds;
            await writing;
        }

        return [.. milliseconds.Order()];
    }
}
