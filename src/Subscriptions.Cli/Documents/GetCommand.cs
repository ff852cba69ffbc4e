using System.CommandLine;
using System.Text;
using System.Text.Json;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Documents;

/// <summary><c>subs get</c>. Without <c>--json</c> the output is the content alone, exactly as it was written.</summary>
internal sealed class GetCommand : DatabaseCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The document's id." };

    private readonly Option<string?> _revision = new("--revision")
    {
        Description = "This version instead of the newest; see 'subs revisions'.",
        HelpName = "REV",
    };

    public GetCommand()
        : base(
            "get",
            "Prints a document's content; with --json its revision and position too.",
            "subs get -d shop orders/1",
            "subs get -d shop orders/1 --json | jq .revision")
    {
        Arguments.Add(_id);
        Options.Add(_revision);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var id = run.Value(_id);
        var revision = run.Value(_revision);
        if (revision is "") throw new UsageException("--revision is empty");

        var what = revision is null ? $"document '{id}'" : $"version {revision} of document '{id}'";
        var document = await run.Client.Documents.GetAsync(database, id, revision ?? string.Empty, cancellationToken)
            ?? throw new CommandFailedException($"there is no {what} in database '{database}'") { Reason = "DOCUMENT_NOT_FOUND" };
        if (run.Print.IsJson)
        {
            run.Print.Json(json => WriteJson(json, document));
            return;
        }

        if (run.Host.Terminal.Traits.IsOutputTerminal) run.Print.Notice(Describe(document));
        var content = Encoding.UTF8.GetString(document.Content.Span);
        run.Print.Text(content);
    }

    private static string Describe(Document document)
    {
        var expiry = document.ExpiresAt is { } at ? $", expires {Readable.Instant(at)}" : string.Empty;
        return $"{document.Collection}, revision {document.Revision}, partition {document.Partition}, seqno {document.Seqno}{expiry}";
    }

    private static void WriteJson(Utf8JsonWriter json, Document document)
    {
        json.WriteString("id", document.Id);
        json.WriteString("collection", document.Collection);
        JsonText.WriteContent(json, "content", document.Content.Span);
        json.WriteString("revision", document.Revision);
        if (document.ExpiresAt is { } at) json.WriteString("expiresAt", at.UtcDateTime);
        json.WriteNumber("partition", document.Partition);
        json.WriteNumber("seqno", document.Seqno);
    }
}
