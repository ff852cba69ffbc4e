using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Importing;

/// <summary><c>subs import</c>.</summary>
internal sealed class ImportCommand : DatabaseCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A file of JSON lines; '-' reads standard input." };
    private readonly Option<bool> _create = new("--create") { Description = "Create the database when it does not exist." };
    private readonly Option<long> _fromLine = new Option<long>("--from-line")
    {
        Description = "The first line to import, from 1; an import that was ended early names it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.Between(1, long.MaxValue);

    private readonly Option<string> _checkpoint = new("--checkpoint")
    {
        Description = "Remember in this file how far the import has come, and go on there.",
        HelpName = "PATH",
    };

    public ImportCommand()
        : base(
            "import",
            "Writes documents from lines {\"id\": …, \"collection\": …, \"content\": {…}, \"expires_at\": …}. collection and expires_at are optional.",
            "subs import orders.jsonl -d shop --create",
            "subs import orders.jsonl -d shop --checkpoint orders.progress",
            "zcat orders.jsonl.gz | subs import - -d shop --from-line 4001")
    {
        Arguments.Add(_file);
        Options.Add(_create);
        Options.Add(_fromLine);
        Options.Add(_checkpoint);
        Validators.Add(result =>
        {
            if (result.GetValue(_checkpoint) is not null && result.GetResult(_fromLine) is { Implicit: false })
            {
                result.AddError("--checkpoint and --from-line exclude each other.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        await using var source = ImportSource.Open(run.Value(_file), run.Host.Terminal);
        var checkpoint = run.Value(_checkpoint) is { Length: > 0 } path ? new ImportCheckpoint(path, source.Identity, database) : null;
        var fromLine = checkpoint?.ReadNextLine() ?? run.Value(_fromLine);
        if (run.Value(_create)) await CreateAsync(run.Client, database, cancellationToken);

        var target = new ImportTarget(run.Client, database, run.Host);
        var progress = await new ImportJob(target, run.Print, source, checkpoint).RunAsync(fromLine, cancellationToken);
        checkpoint?.Delete();
        Report(run.Print, database, progress);
    }

    private static async Task CreateAsync(SubscriptionsClient client, string database, CancellationToken cancellationToken)
    {
        try
        {
            await client.Databases.CreateAsync(database, cancellationToken: cancellationToken);
        }
        catch (DatabaseExistsException)
        {
            // With settings of its own, which are as good.
            return;
        }
    }

    private static void Report(Printer print, string database, ImportProgress progress)
    {
        var figures = $"{Readable.Duration(progress.Elapsed)}, {Readable.Number(progress.Rate)}/s";
        print.Done($"{Readable.Count(progress.Documents, "document")} imported into '{database}' in {figures}", json =>
        {
            json.WriteNumber("imported", progress.Documents);
            json.WriteNumber("upToLine", progress.UpToLine);
            json.WriteNumber("seconds", Math.Round(progress.Elapsed.TotalSeconds, 3));
            json.WriteNumber("documentsPerSecond", progress.Rate);
        });
    }
}
