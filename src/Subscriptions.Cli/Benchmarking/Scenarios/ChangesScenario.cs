using Subscriptions.Cli.Benchmarking.Feeds;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>changes</c>: a database's whole feed is read over HTTP, as CouchDB clients read it.</summary>
internal sealed class ChangesScenario : IBenchScenario
{
    /// <inheritdoc/>
    public string Name => "changes";

    /// <inheritdoc/>
    public string Summary => "the changes feed over HTTP, from the beginning to the end";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        var count = settings.FeedDocuments;
        await using var server = await stage.StartServerAsync(cancellationToken);
        if (server.Http is not { } http) return [];

        var database = await server.CreateDatabaseAsync(cancellationToken);
        await new BulkLoad(server.Channel, new SampleDocuments(settings.Size)).WriteAsync(database, count, cancellationToken);
        using var reading = new FeedReading(http);
        var feed = $"/{database}/_changes?since=0";

        // every other number ends in an even digit.
        var half = """{"selector":{"_id":{"$regex":"[02468]$"}}}""";
        return
        [
            await MeasureAsync("rows", feed, null, count),
            await MeasureAsync("with documents", feed + "&include_docs=true", null, count),
            await MeasureAsync("every other by a selector", feed + "&filter=_selector", half, count / 2),
        ];

        async Task<BenchFigures> MeasureAsync(string variant, string path, string? body, int rows)
        {
            var rates = await stage.RoundsAsync(
                async () =>
                {
                    var startedAt = stage.Time.GetTimestamp();
                    BenchStage.Check("rows", rows, await reading.CountAsync(path, body, cancellationToken));
                    return stage.RateSince(startedAt, count);
                },
                cancellationToken);
            return new BenchFigures(Name)
            {
                Variant = variant,
                Rates = Spread.Of(rates),
                Rounds = rates.Count,
                Documents = count,
                BatchSize = count,
                RssMb = server.Process?.ResidentMegabytes(),
            };
        }
    }
}
