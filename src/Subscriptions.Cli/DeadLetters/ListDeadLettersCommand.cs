using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;

namespace Subscriptions.Cli.DeadLetters;

/// <summary><c>subs dead-letters list</c>.</summary>
internal sealed class ListDeadLettersCommand : SubscriptionCommand
{
    private readonly FailedItemView _view = new(isDue: false);

    public ListDeadLettersCommand()
        : base(
            "list",
            "Lists the items of a subscription that were given up.",
            "subs dead-letters list shipping -d shop",
            "subs dead-letters list shipping -d shop --json | jq -r .reason | sort | uniq -c")
    {
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken) =>
        run.Print.List(_view, await run.Client.DeadLetters.ListAsync(database, name, cancellationToken).ToListAsync(cancellationToken));
}
