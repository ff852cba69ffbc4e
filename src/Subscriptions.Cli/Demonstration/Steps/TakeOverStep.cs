using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>A second worker takes the subscription over while the first one works on it; the first one is told so, and stops.</summary>
internal sealed class TakeOverStep : IDemoStep
{
    /// <inheritdoc/>
    public string Title => "Hand over to a second worker, which opens with TakeOver";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        stage.StartSecond();
        await stage.Second.WaitUntilAsync(log => log.Entries.Count > 0, cancellationToken);
        await stage.First.WaitForExitAsync(cancellationToken);
        if (!stage.First.WasTakenOver)
        {
            throw new DemoFailedException($"worker '{stage.First.Name}' ended with exit code {stage.First.ExitCode} and was not told TAKEN_OVER");
        }

        var confirmed = stage.First.Log.Standing.Confirmed;
        stage.Narrator.Tell($"worker '{stage.First.Name}' was told TAKEN_OVER and stopped; it has had {Readable.Count(confirmed, "order")} confirmed");
        stage.Narrator.Tell($"worker '{stage.Second.Name}' is process {stage.Second.Id} and goes on");
    }
}
