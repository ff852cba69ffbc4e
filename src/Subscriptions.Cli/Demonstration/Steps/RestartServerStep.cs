using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>The server comes back on its folder and port; the worker finds it by itself.</summary>
internal sealed class RestartServerStep : IDemoStep
{
    private const int ConfirmedAfter = 9;

    /// <inheritdoc/>
    public string Title => "Start the server again on the same folder, and leave the worker alone";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var before = stage.First.Log.Standing.Confirmed;
        await stage.StartServerAsync(cancellationToken);
        var startedAt = stage.Host.Time.GetTimestamp();
        await stage.First.WaitUntilAsync(log => log.Standing.Confirmed > before, cancellationToken);
        stage.Narrator.Tell(
            $"server is process {stage.Server.Id} now; worker '{stage.First.Name}' had orders confirmed again after "
            + Readable.Duration(stage.Host.Time.GetElapsedTime(startedAt)));
        await stage.First.WaitUntilAsync(log => log.Standing.Confirmed >= before + ConfirmedAfter, cancellationToken);
    }
}
