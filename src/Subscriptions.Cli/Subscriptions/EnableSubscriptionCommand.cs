using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription enable</c>.</summary>
internal sealed class EnableSubscriptionCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();

    public EnableSubscriptionCommand()
        : base("enable", "Lets workers open a subscription again.", "subs subscription enable shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var subscription = await run.Client.Subscriptions.EnableAsync(database, name, cancellationToken);
        run.Print.Done($"subscription '{name}' is enabled", json => _view.WriteJson(json, subscription));
    }
}
