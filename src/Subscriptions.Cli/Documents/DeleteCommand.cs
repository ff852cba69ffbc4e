using System.CommandLine;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Documents;

/// <summary><c>subs delete</c>.</summary>
internal sealed class DeleteCommand : DatabaseCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The document's id." };
    private readonly Option<string> _revision = new("--revision") { Description = "Only if this is its current revision.", HelpName = "REV" };

    public DeleteCommand()
        : base("delete", "Deletes a document; feeds see the deletion.", "subs delete -d shop orders/1")
    {
        Arguments.Add(_id);
        Options.Add(_revision);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var id = run.Value(_id);
        var result = await run.Client.Documents.DeleteAsync(database, id, run.Value(_revision), cancellationToken);
        run.Print.Done($"'{id}' deleted at seqno {result.Seqno}", json =>
        {
            WriteView.WriteJson(json, id, result);
            json.WriteBoolean("deleted", true);
        });
    }
}
