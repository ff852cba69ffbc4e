using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;

namespace Subscriptions.Cli.DeadLetters;

/// <summary><c>subs dead-letters retries</c>.</summary>
internal sealed class ListRetriesCommand : SubscriptionCommand
{
    private readonly FailedItemView _view = new(isDue: true);

    public ListRetriesCommand()
        : base("retries", "Lists the items of a subscription that wait for another try.", "subs dead-letters retries shipping -d shop")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken) =>
        run.Print.List(_view, await run.Client.DeadLetters.ListRetriesAsync(database, name, cancellationToken).ToListAsync(cancellationToken));
}
