using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription show</c>.</summary>
internal sealed class ShowSubscriptionCommand : SubscriptionCommand
{
    private readonly SubscriptionView _view = new();

    public ShowSubscriptionCommand()
        : base("show", "Tells where a subscription stands and who works on it.", "subs subscription show shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken) =>
        run.Print.One(_view, await run.Client.Subscriptions.GetAsync(database, name, cancellationToken));
}
