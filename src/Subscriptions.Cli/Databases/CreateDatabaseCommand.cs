using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db create</c>.</summary>
internal sealed class CreateDatabaseCommand : CliCommand
{
    private readonly DatabaseView _view = new();
    private readonly Argument<string> _name = new("NAME") { Description = "A lower-case letter, then lower-case letters, digits and _$()+/-." };
    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "How many partitions, from 1 to 1024; fixed from then on.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _maxDocumentBytes = new("--max-document-bytes")
    {
        Description = "The largest content of one document (server's default: 3 MiB).",
        HelpName = "BYTES",
    };

    private readonly Option<int?> _retentionHours = new("--tombstone-retention-hours")
    {
        Description = "How long deletions stay visible to feeds (server's default: 7 days).",
        HelpName = "HOURS",
    };

    private readonly Option<TimeSpan?> _purgeHold = DurationText.Option(
        "--purge-hold",
        "For how much longer deletions are kept for a subscription that wants them and has not come to them",
        "for nobody",
        TimeSpan.Zero,
        TimeSpan.FromDays(3_650));

    private readonly Option<string[]> _revisions = new("--revisions")
    {
        Description = "A collection that keeps all versions of its documents; may be given several times. For limits, see 'subs db revisions'.",
        HelpName = "COLLECTION",
        DefaultValueFactory = _ => [],
    };

    public CreateDatabaseCommand()
        : base(
            "create",
            "Creates a database. Does nothing when it exists with the same settings.",
            "subs db create shop",
            "subs db create shop --partitions 8 --tombstone-retention-hours 24")
    {
        Arguments.Add(_name);
        Options.Add(_partitions);
        Options.Add(_maxDocumentBytes);
        Options.Add(_retentionHours);
        Options.Add(_purgeHold);
        Options.Add(_revisions);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var settings = new DatabaseSettings
        {
            MaxDocumentBytes = run.Value(_maxDocumentBytes),
            TombstoneRetention = run.Value(_retentionHours) is { } hours ? TimeSpan.FromHours(hours) : null,
            PurgeHold = run.Value(_purgeHold),
            Revisions = [.. (run.Value(_revisions) ?? []).Select(collection => new CollectionRevisions(collection))],
        };
        var result = await run.Client.Databases.CreateAsync(run.Value(_name), run.Value(_partitions), settings, cancellationToken);
        var text = result.Created ? $"database '{result.Value.Name}' created" : $"database '{result.Value.Name}' exists already, with these settings";
        run.Print.Done(text, json =>
        {
            json.WriteBoolean("created", result.Created);
            _view.WriteJson(json, result.Value);
        });
    }
}
