using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription disable</c>.</summary>
internal sealed class DisableSubscriptionCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();

    public DisableSubscriptionCommand()
        : base("disable", "Refuses workers and ends those that are connected. Progress is kept.", "subs subscription disable shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var subscription = await run.Client.Subscriptions.DisableAsync(database, name, cancellationToken);
        run.Print.Done($"subscription '{name}' is disabled", json => _view.WriteJson(json, subscription));
    }
}
