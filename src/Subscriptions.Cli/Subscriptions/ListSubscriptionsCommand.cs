using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription list</c>.</summary>
internal sealed class ListSubscriptionsCommand : DatabaseCommand
{
    private readonly SubscriptionView _view = new();

    public ListSubscriptionsCommand()
        : base("list", "Lists a database's subscriptions.", "subs subscription list -d shop", "subs subscription list -d shop --json | jq .lag")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken) =>
        run.Print.List(_view, await run.Client.Subscriptions.ListAsync(database, cancellationToken: cancellationToken).ToListAsync(cancellationToken));
}
