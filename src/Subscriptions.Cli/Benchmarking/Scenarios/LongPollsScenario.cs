using System.Globalization;
using Subscriptions.Cli.Benchmarking.Feeds;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary><c>long-polls</c>: many clients wait for a change that concerns all of them. What waiting costs the server, and how soon all are answered.</summary>
internal sealed class LongPollsScenario : IBenchScenario
{
    // A long poll's answer begins before it has a row.
    private const int RowsBefore = 1;

    /// <inheritdoc/>
    public string Name => "long-polls";

    /// <inheritdoc/>
    public string Summary => "many waiting long polls over HTTP, and a change that concerns all of them";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        var settings = stage.Settings;
        await using var server = await stage.StartServerAsync(cancellationToken);
        if (server.Http is not { } http || server.Process is not { } process) return [];

        var database = await server.CreateDatabaseAsync(cancellationToken);
        var path = $"/{database}/_changes?feed=longpoll&since=now&heartbeat=60000";
        var documents = new Wire.DocumentService.DocumentServiceClient(server.Channel);
        var samples = new SampleDocuments(settings.Size);
        var milliseconds = new List<double>();
        double? megabytes = null;
        double? percent = null;
        for (var round = 0; round < Math.Min(settings.Rounds, 3); round++)
        {
            await using var listeners = await FeedListeners.ConnectAsync(http, path, settings.LongPolls, cancellationToken);
            await listeners.WaitForAsync(RowsBefore, cancellationToken);
            percent ??= await IdleScenario.WatchAsync(stage, process, cancellationToken);
            megabytes ??= process.ResidentMegabytes();

            var answered = listeners.WaitForAsync(RowsBefore + 1, cancellationToken);
            var request = new Wire.WriteRequest { Database = database, Operations = { samples.Put(round) } };
            var startedAt = stage.Time.GetTimestamp();
            await documents.WriteAsync(request, cancellationToken: cancellationToken);
            await answered;
            milliseconds.Add(stage.Time.GetElapsedTime(startedAt).TotalMilliseconds);
        }

        return
        [
            new BenchFigures(Name)
            {
                Variant = $"the last of {settings.LongPolls.ToString(CultureInfo.InvariantCulture)}",
                Unit = "ms",
                P50Ms = Spread.Of(milliseconds),
                Rounds = milliseconds.Count,
                RssMb = megabytes,
                CpuPercent = percent,
                Clients = settings.LongPolls,
            },
        ];
    }
}
