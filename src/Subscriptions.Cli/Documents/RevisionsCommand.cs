using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Documents;

/// <summary><c>subs revisions</c>.</summary>
internal sealed class RevisionsCommand : DatabaseCommand
{
    private const int DefaultLimit = 100;

    private readonly RevisionView _view = new();
    private readonly Argument<string> _id = new("ID") { Description = "The document's id." };
    private readonly Option<int> _limit = new Option<int>("--limit")
    {
        Description = "How many at most.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultLimit,
    }.Between(1, 1_000_000);

    public RevisionsCommand()
        : base(
            "revisions",
            "Lists the versions that are kept of a document, the newest first. 'subs get --revision' prints one.",
            "subs revisions -d shop orders/1",
            "subs revisions -d shop orders/1 --json | jq -r .revision")
    {
        Arguments.Add(_id);
        Options.Add(_limit);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var (id, limit) = (run.Value(_id), run.Value(_limit));
        var revisions = new List<DocumentRevision>();
        await foreach (var revision in run.Client.Documents.ListRevisionsAsync(database, id, cancellationToken))
        {
            if (revisions.Count == limit) break;
            revisions.Add(revision);
        }

        run.Print.List(_view, revisions);
        if (revisions.Count == limit) run.Print.Notice($"there may be more than these {Readable.Number(limit)}; see --limit");
    }

    private sealed class RevisionView : View<DocumentRevision>
    {
        /// <inheritdoc/>
        public override IReadOnlyList<Column<DocumentRevision>> Columns { get; } =
        [
            new("Revision", revision => revision.Revision),
            new("Kind", NameOf),
            new("Seqno", revision => Readable.Number(revision.Seqno), IsNumber: true),
            new("Size", revision => Readable.Bytes(revision.ContentBytes), IsNumber: true),
            new("Changed", revision => Readable.Instant(revision.ChangedAt)),
            new("Collection", revision => revision.Collection),
        ];

        /// <inheritdoc/>
        public override string None => "no versions are kept";

        /// <inheritdoc/>
        public override IEnumerable<(string Name, string Value)> Details(DocumentRevision item) =>
            Columns.Select(column => (column.Title.ToLower(CultureInfo.InvariantCulture), column.Value(item)));

        /// <inheritdoc/>
        public override void WriteJson(Utf8JsonWriter json, DocumentRevision item)
        {
            json.WriteString("revision", item.Revision);
            json.WriteString("kind", NameOf(item));
            json.WriteNumber("seqno", item.Seqno);
            json.WriteNumber("contentBytes", item.ContentBytes);
            json.WriteString("changedAt", item.ChangedAt.UtcDateTime);
            json.WriteString("collection", item.Collection);
        }

        private static string NameOf(DocumentRevision revision) => revision.Kind switch
        {
            DocumentRevisionKind.Delete => "delete",
            DocumentRevisionKind.Expiry => "expiry",
            _ => "put",
        };
    }
}
