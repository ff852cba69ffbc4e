using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>Holds what the workers said against the orders in the file.</summary>
internal sealed class CheckStep : IDemoStep
{
    private const int ShownViolations = 5;

    /// <inheritdoc/>
    public string Title => "Check what the workers shipped against the file";

    /// <inheritdoc/>
    public Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var verdict = ShippingVerdict.Of(stage.Expected, [stage.First.Log.Entries, stage.Second.Log.Entries]);
        stage.Verdict = verdict;
        if (verdict.Violations.Count > 0)
        {
            var more = verdict.Violations.Count > ShownViolations ? $"; and {verdict.Violations.Count - ShownViolations} more" : string.Empty;
            throw new DemoFailedException(string.Join("; ", verdict.Violations.Take(ShownViolations)) + more);
        }

        stage.Narrator.Tell($"every order of {DemoStage.Company} was shipped, and none again once it was confirmed");
        if (verdict.Repeats > 0)
        {
            stage.Narrator.Tell(
                $"{Readable.Count(verdict.Repeats, "order")} came again after the kill or the hand-over, not having been confirmed: that is allowed");
        }

        return Task.CompletedTask;
    }
}
