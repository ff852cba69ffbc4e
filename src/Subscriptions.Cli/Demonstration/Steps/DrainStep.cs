using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>The second worker ships the rest, until the server says that nothing is left.</summary>
internal sealed class DrainStep : IDemoStep
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public string Title => "Wait until everything is shipped and acked";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var subscriptions = stage.Server.Client.Subscriptions;
        while ((await subscriptions.GetAsync(DemoStage.Database, DemoStage.Subscription, cancellationToken)).Lag > 0)
        {
            await Task.Delay(PollPeriod, stage.Host.Time, cancellationToken);
        }

        // The ack is durable a moment before the worker has heard and told of it.
        await stage.Second.WaitUntilAsync(log => log.Standing.Unconfirmed.Count == 0, cancellationToken);
        stage.Narrator.Tell(
            $"worker '{stage.Second.Name}' has had {Readable.Count(stage.Second.Log.Standing.Confirmed, "order")} confirmed; nothing is left");
    }
}
