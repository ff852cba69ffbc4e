using System.CommandLine;
using System.Text;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Documents;

/// <summary><c>subs put</c>.</summary>
internal sealed class PutCommand : DatabaseCommand
{
    private const string StandardInput = "-";

    private readonly Argument<string> _id = new("ID") { Description = "The document's id." };
    private readonly Argument<string> _json = new("JSON") { Description = "Its content, one JSON object; '-' reads standard input." };
    private readonly Option<string> _collection = new("--collection", "-c")
    {
        Description = "Its collection (server's default: @empty).",
        HelpName = "C",
    };

    private readonly Option<DateTimeOffset?> _expiresAt = new("--expires-at")
    {
        Description = "When it expires, such as 2030-01-31T12:00:00Z (default: never).",
        HelpName = "TIME",
    };

    private readonly Option<string> _revision = new("--revision") { Description = "Only if this is its current revision.", HelpName = "REV" };
    private readonly Option<bool> _new = new("--new") { Description = "Only if it does not exist." };

    public PutCommand()
        : base(
            "put",
            "Writes a document; creates it, or replaces what is there.",
            "subs put -d shop orders/1 '{\"Company\":\"companies/11\"}' --collection Orders",
            "subs put -d shop orders/1 - --collection Orders < order.json")
    {
        Arguments.Add(_id);
        Arguments.Add(_json);
        Options.Add(_collection);
        Options.Add(_expiresAt);
        Options.Add(_revision);
        Options.Add(_new);
        Validators.Add(result =>
        {
            if (result.GetValue(_new) && result.GetValue(_revision) is not null) result.AddError("--new and --revision exclude each other.");
        });
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var id = run.Value(_id);
        if (id.Length == 0) throw new UsageException("the document's id is empty");

        var content = await ReadContentAsync(run, cancellationToken);
        var operation = DocumentOperation.PutJson(id, content, run.Value(_collection)) with
        {
            ExpiresAt = run.Value(_expiresAt),
            ExpectedRevision = run.Value(_revision),
            MustNotExist = run.Value(_new),
        };
        var result = await run.Client.Documents.WriteAsync(database, operation, cancellationToken);
        run.Print.Done($"'{id}' is at revision {result.Revision}, seqno {result.Seqno}", json => WriteView.WriteJson(json, id, result));
    }

    private async Task<ReadOnlyMemory<byte>> ReadContentAsync(Invocation run, CancellationToken cancellationToken)
    {
        var text = run.Value(_json);
        if (text != StandardInput) return Encoding.UTF8.GetBytes(text);

        using var content = new MemoryStream();

        // The console's stream does not take the token: waiting is given up instead.
        await run.Host.Terminal.Input.CopyToAsync(content, cancellationToken).WaitAsync(cancellationToken);
        return content.ToArray();
    }
}
