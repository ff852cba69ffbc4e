namespace Subscriptions.Cli.Benchmarking;

/// <summary>Rounds of writing, each into an empty database of its own.</summary>
/// <param name="Count">How many were measured.</param>
/// <param name="Rates">Documents a second.</param>
/// <param name="P50Ms">The rounds' medians of how long a request took; null where nobody waited for single requests.</param>
/// <param name="P99Ms">What 99 of 100 requests took at most.</param>
/// <param name="Footprint">What the documents of the first measured round took; null where it was not looked at.</param>
internal sealed record WriteRounds(int Count, Spread Rates, Spread? P50Ms, Spread? P99Ms, Footprint? Footprint)
{
    /// <summary>Writes documents; all are durable when the task is completed.</summary>
    /// <param name="database">An empty database.</param>
    /// <param name="count">How many; numbered from 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long each request took in milliseconds, the shortest first; empty where nobody waited for single requests.</returns>
    public delegate Task<double[]> Writer(string database, int count, CancellationToken cancellationToken);

    /// <summary>Warms up and measures.</summary>
    /// <param name="stage">What the scenario works with.</param>
    /// <param name="server">The server.</param>
    /// <param name="count">How many documents a round writes.</param>
    /// <param name="writer">Writes them.</param>
    /// <param name="withFootprint">Whether memory and disk are looked at after the first measured round.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Hosting.CommandFailedException">A database has other than what was written to it.</exception>
    public static async Task<WriteRounds> MeasureAsync(
        BenchStage stage, BenchServer server, int count, Writer writer, bool withFootprint, CancellationToken cancellationToken)
    {
        Footprint? footprint = null;
        await stage.WarmUpAsync(() => RoundAsync(isLookedAt: false), cancellationToken);
        var rounds = await stage.MeasureAsync(() => RoundAsync(withFootprint && footprint is null), cancellationToken);
        var isTimed = rounds[0].Milliseconds.Length > 0;
        return new WriteRounds(
            rounds.Count,
            Spread.Of(rounds.Select(round => round.Rate)),
            isTimed ? Spread.Of(rounds.Select(round => Spread.Percentile(round.Milliseconds, 0.5))) : null,
            isTimed ? Spread.Of(rounds.Select(round => Spread.Percentile(round.Milliseconds, 0.99))) : null,
            footprint);

        async Task<(double Rate, double[] Milliseconds)> RoundAsync(bool isLookedAt)
        {
            var database = await server.CreateDatabaseAsync(cancellationToken);
            var startedAt = stage.Time.GetTimestamp();
            var milliseconds = await writer(database, count, cancellationToken);
            var rate = stage.RateSince(startedAt, count);
            if (isLookedAt) footprint = await stage.FootprintAsync(server, database, count, cancellationToken);
            var info = await server.Client.Databases.GetAsync(database, cancellationToken);
            BenchStage.Check("documents in the database", count, info.DocumentCount);
            await server.DropDatabaseAsync(database, cancellationToken);
            return (rate, milliseconds);
        }
    }
}
