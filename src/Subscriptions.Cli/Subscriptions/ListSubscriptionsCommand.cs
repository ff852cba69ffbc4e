using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Client;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription list</c>.</summary>
internal sealed class ListSubscriptionsCommand : DatabaseCommand
{
    private readonly SubscriptionView _view = new();
    private readonly Option<string> _prefix = new("--prefix") { Description = "Only names that begin so, whatever their case.", HelpName = "TEXT" };
    private readonly Option<bool> _disabled = new("--disabled") { Description = "Only those that are disabled." };
    private readonly Option<bool> _enabled = new("--enabled") { Description = "Only those that are not." };
    private readonly Option<bool> _connected = new("--connected") { Description = "Only those that a worker has." };
    private readonly Option<bool> _free = new("--free") { Description = "Only those that none has." };

    public ListSubscriptionsCommand()
        : base(
            "list",
            "Lists a database's subscriptions.",
            "subs subscription list -d shop",
            "subs subscription list -d shop --prefix ship --free",
            "subs subscription list -d shop --json | jq .lag")
    {
        Options.Add(_prefix);
        Options.Add(_disabled);
        Options.Add(_enabled);
        Options.Add(_connected);
        Options.Add(_free);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var filter = new SubscriptionFilter
        {
            NamePrefix = run.Value(_prefix),
            Disabled = Either(run, _disabled, _enabled),
            Connected = Either(run, _connected, _free),
        };
        run.Print.List(_view, await run.Client.Subscriptions.ListAsync(database, filter, cancellationToken).ToListAsync(cancellationToken));
    }

    private static bool? Either(Invocation run, Option<bool> yes, Option<bool> no) => (run.Value(yes), run.Value(no)) switch
    {
        (true, true) => throw new UsageException($"{yes.Name} and {no.Name} exclude each other"),
        (true, false) => true,
        (false, true) => false,
        _ => null,
    };
}
