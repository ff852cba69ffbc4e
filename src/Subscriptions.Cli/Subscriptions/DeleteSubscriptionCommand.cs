using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription delete</c>.</summary>
internal sealed class DeleteSubscriptionCommand : SubscriptionCommand
{
    public DeleteSubscriptionCommand()
        : base("delete", "Removes a subscription with its progress, and ends its workers.", "subs subscription delete shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        await run.Client.Subscriptions.DeleteAsync(database, name, cancellationToken);
        run.Print.Done($"subscription '{name}' deleted", json =>
        {
            json.WriteString("name", name);
            json.WriteBoolean("deleted", true);
        });
    }
}
