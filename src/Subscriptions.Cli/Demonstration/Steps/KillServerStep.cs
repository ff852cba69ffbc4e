using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>A worker ships orders; in the middle of a batch the server is killed.</summary>
internal sealed class KillServerStep : IDemoStep
{
    private const int ConfirmedBefore = 12;

    /// <inheritdoc/>
    public string Title => "Start a worker, and kill the server in the middle of a batch";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        stage.StartFirst();
        stage.Narrator.Tell($"worker '{stage.First.Name}' is process {stage.First.Id} and takes {DemoStage.MaxDocs} orders at a time");
        await stage.First.WaitUntilAsync(
            log => log.Standing is { Confirmed: >= ConfirmedBefore, Unconfirmed.Count: > 0 }, cancellationToken);
        await stage.Server.KillAsync();

        var (confirmed, unconfirmed) = stage.First.Log.Standing;
        var open = unconfirmed.Count == 0 ? "nothing" : string.Join(", ", unconfirmed);
        stage.Narrator.Tell($"{Readable.Count(confirmed, "order")} shipped and confirmed; shipped and not confirmed yet: {open}");
        stage.Narrator.Tell($"server {stage.Server.Id} killed with SIGKILL");
    }
}
