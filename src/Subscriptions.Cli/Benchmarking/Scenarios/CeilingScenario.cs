using System.Globalization;
using Subscriptions.Cli.Benchmarking.Transport;

namespace Subscriptions.Cli.Benchmarking.Scenarios;

/// <summary>
/// <c>ceiling-N</c>: the conversation of <c>drain-N</c> with a process that stores nothing and sends prepared batches: what the transport alone
/// allows. Stop and wait.
/// </summary>
/// <param name="batchSize">The documents in a batch.</param>
internal sealed class CeilingScenario(int batchSize) : IBenchScenario
{
    /// <inheritdoc/>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"ceiling-{batchSize}");

    /// <inheritdoc/>
    public string Summary { get; } = $"the transport alone, batches of {batchSize.ToString(CultureInfo.InvariantCulture)}, nothing stored";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigures>> RunAsync(BenchStage stage, CancellationToken cancellationToken)
    {
        // Twice a drain's, as it takes about half as long.
        var batches = Math.Max((batchSize == 1 ? stage.Settings.Singles : stage.Settings.Documents) * 2 / batchSize, 1);
        var count = batches * batchSize;
        await using var transport = await TransportProcess.StartAsync(stage.Folder, stage.Settings.Size, batches, cancellationToken);
        using var channel = BenchChannel.Open(transport.Address);
        var drain = new Drain(channel, batchSize, window: 1) { IsComplete = false };
        var rates = await stage.RoundsAsync(
            async () =>
            {
                var rate = 0.0;
                var startedAt = stage.Time.GetTimestamp();
                await drain.RunAsync("ceiling", Name, count, () => rate = stage.RateSince(startedAt, count), cancellationToken);
                return rate;
            },
            cancellationToken);
        return
        [
            new BenchFigures(Name)
            {
                Rates = Spread.Of(rates), Rounds = rates.Count, Documents = count, BatchSize = batchSize, Window = 1, Clients = 1,
            },
        ];
    }
}
