namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>A server on an empty folder, on ports that are free.</summary>
internal sealed class StartServerStep : IDemoStep
{
    /// <inheritdoc/>
    public string Title => "Start a server on an empty folder";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        await stage.StartServerAsync(cancellationToken);
        stage.Narrator.Tell($"process {stage.Server.Id} serves gRPC at {stage.Server.Grpc.Authority}, data in {stage.Folder}");
    }
}
