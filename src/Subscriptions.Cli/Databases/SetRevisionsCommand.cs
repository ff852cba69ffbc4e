using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db revisions</c>.</summary>
internal sealed class SetRevisionsCommand : CliCommand
{
    private readonly DatabaseView _view = new();
    private readonly Argument<string> _name = new("NAME") { Description = "The database." };
    private readonly Argument<string> _collection = new("COLLECTION")
    {
        Description = "The collection, or @all_docs for all that have no settings of their own.",
    };

    private readonly Option<int?> _maxCount = new("--max-count")
    {
        Description = "The most versions that are kept of a document, the newest included (default: no limit).",
        HelpName = "N",
    };

    private readonly Option<int?> _maxAgeHours = new("--max-age-hours")
    {
        Description = "For how long a version is kept after a newer one replaced it (default: no limit).",
        HelpName = "HOURS",
    };

    private readonly Option<bool> _purgeOnDelete = new("--purge-on-delete")
    {
        Description = "Remove a document's versions soon after it is deleted, instead of with its tombstone.",
    };

    private readonly Option<bool> _off = new("--off")
    {
        Description = "Keep no new versions. What was kept stays, within the limits.",
    };

    private readonly Option<bool> _remove = new("--remove")
    {
        Description = "Take the collection's own settings away; those of @all_docs hold for it then.",
    };

    public SetRevisionsCommand()
        : base(
            "revisions",
            "Says whether a collection keeps older versions of its documents. Replaces what was set for it before.",
            "subs db revisions shop Orders",
            "subs db revisions shop @all_docs --max-count 10 --max-age-hours 720",
            "subs db revisions shop Orders --off")
    {
        Arguments.Add(_name);
        Arguments.Add(_collection);
        Options.Add(_maxCount);
        Options.Add(_maxAgeHours);
        Options.Add(_purgeOnDelete);
        Options.Add(_off);
        Options.Add(_remove);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var (name, collection) = (run.Value(_name), run.Value(_collection));
        var revisions = new CollectionRevisions(collection)
        {
            IsEnabled = !run.Value(_off),
            MaxCount = run.Value(_maxCount),
            MaxAge = run.Value(_maxAgeHours) is { } hours ? TimeSpan.FromHours(hours) : null,
            PurgeOnDelete = run.Value(_purgeOnDelete),
        };
        var isRemoved = run.Value(_remove);
        if (isRemoved && revisions != new CollectionRevisions(collection)) throw new UsageException("--remove goes with no other option");

        var database = isRemoved
            ? await run.Client.Databases.RemoveRevisionsAsync(name, collection, cancellationToken)
            : await run.Client.Databases.SetRevisionsAsync(name, revisions, cancellationToken);
        var text = isRemoved
            ? $"collection '{collection}' of database '{name}' has no settings of its own"
            : $"collection '{collection}' of database '{name}': {DatabaseView.Describe(revisions)}";
        run.Print.Done(text, json => _view.WriteJson(json, database));
    }
}
