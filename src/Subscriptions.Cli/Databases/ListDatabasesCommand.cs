using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Databases;

/// <summary><c>subs db list</c>.</summary>
internal sealed class ListDatabasesCommand : CliCommand
{
    private readonly DatabaseView _view = new();

    public ListDatabasesCommand()
        : base("list", "Lists all databases.", "subs db list", "subs db list --json | jq -r .name")
    {
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken) =>
        run.Print.List(_view, await run.Client.Databases.ListAsync(cancellationToken));
}
