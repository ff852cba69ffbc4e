using System.Globalization;
using Subscriptions.Cli.Demonstration.Steps;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Demonstration;

/// <summary>The whole story: documents in, acknowledged batches out, with a server that is killed in the middle.</summary>
internal sealed class DemoScenario(DemoFiles files, CliHost host, DemoNarrator narrator)
{
    // Many times what it takes; so that a fault ends it, and not somebody's patience.
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(30);

    private static readonly IDemoStep[] Steps =
    [
        new StartServerStep(),
        new ImportOrdersStep(),
        new CreateSubscriptionStep(),
        new KillServerStep(),
        new RestartServerStep(),
        new TakeOverStep(),
        new DrainStep(),
        new CheckStep(),
    ];

    /// <summary>Runs it, and cleans up whatever comes.</summary>
    /// <returns>What was found, and how long it took.</returns>
    /// <exception cref="DemoFailedException">It did not show what it is there to show.</exception>
    public async Task<(ShippingVerdict Verdict, TimeSpan Elapsed)> RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = host.Time.GetTimestamp();
        await using var stage = new DemoStage(files, host, narrator);
        for (var i = 0; i < Steps.Length; i++)
        {
            narrator.Step(i + 1, Steps.Length, Steps[i].Title);
            await RunAsync(Steps[i], stage, cancellationToken);
        }

        return (stage.Verdict!, host.Time.GetElapsedTime(startedAt));
    }

    private async Task RunAsync(IDemoStep step, DemoStage stage, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StepLimit, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await step.RunAsync(stage, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DemoFailedException(string.Create(
                CultureInfo.InvariantCulture, $"\"{step.Title}\" took longer than {Readable.Duration(StepLimit)}"));
        }
        catch (Exception e) when (e is SubscriptionsException or CommandFailedException)
        {
            throw new DemoFailedException(e.Message, e);
        }
    }
}
