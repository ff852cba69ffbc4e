using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription show</c>.</summary>
internal sealed class ShowSubscriptionCommand : SubscriptionCommand
{
    private readonly StandingView _view = new();

    public ShowSubscriptionCommand()
        : base("show", "Tells where a subscription stands and who works on it.", "subs subscription show shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var info = await run.Client.Subscriptions.GetAsync(database, name, cancellationToken);
        var snapshot = await run.Client.Monitoring.GetFiguresAsync(database, name, cancellationToken);
        run.Print.One(_view, new Standing(info, snapshot.Figures));
    }
}
