using Subscriptions.Cli.Importing;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Demonstration.Steps;

/// <summary>The sample orders go in, as <c>subs import</c> would do it.</summary>
internal sealed class ImportOrdersStep : IDemoStep
{
    /// <inheritdoc/>
    public string Title => "Import the sample orders";

    /// <inheritdoc/>
    public async Task RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var client = stage.Server.Client;
        await client.Databases.CreateAsync(DemoStage.Database, cancellationToken: cancellationToken);
        await using var source = ImportSource.Open(stage.Files.Orders, stage.Host.Terminal) with { Name = Path.GetFileName(stage.Files.Orders) };
        var job = new ImportJob(new ImportTarget(client, DemoStage.Database, stage.Host), stage.Narrator.Print, source, checkpoint: null);
        var progress = await job.RunAsync(fromLine: 1, cancellationToken);
        stage.Expected = await OrderFile.FindOrdersAsync(stage.Files.Orders, DemoStage.Company, cancellationToken);
        stage.Narrator.Tell(
            $"{Readable.Count(progress.Documents, "order")} in {Readable.Duration(progress.Elapsed)}; "
            + $"{Readable.Number(stage.Expected.Count)} of them are of {DemoStage.Company}, counted from the file");
    }
}
