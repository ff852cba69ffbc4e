using Subscriptions.Cli.Benchmarking.Feeds;
using Subscriptions.Cli.Benchmarking.Transport;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>ceiling-listeners</c>: the last of the many of <c>listeners</c>, who follow a process that stores nothing and sends a prepared row to one socket after
/// the other: what the system allows at most.
/// </summary>
internal sealed class ListenersCeilingScenario : IBenchScenario
{
    /// <inheritdoc/>
    public string Name => "ceiling-listeners";

    /// <inheritdoc/>
    public string Summary => "sockets alone: a row is sent to many, nothing stored";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        await using var transport = await TransportProcess.StartAsync(stage.Folder, stage.Settings.Size, batches: 1, cancellationToken);
        await using var listeners = await FeedListeners.ConnectAsync(transport.Feeds, "/", stage.Settings.FeedListeners, cancellationToken);
        using var client = new HttpClient { BaseAddress = transport.Feeds };
        var latency = new FeedLatency(listeners, async () =>
        {
            using var answer = await client.PostAsync("/", content: null, cancellationToken);
            answer.EnsureSuccessStatusCode();
        });
        return [await latency.MeasureAsync(stage, Name, cancellationToken)];
    }
}
