using System.CommandLine;
using Subscriptions.Cli.Benchmarking;
using Subscriptions.Cli.Benchmarking.Transport;
using Subscriptions.Cli.Changes;
using Subscriptions.Cli.Databases;
using Subscriptions.Cli.DeadLetters;
using Subscriptions.Cli.Demonstration;
using Subscriptions.Cli.Documents;
using Subscriptions.Cli.Importing;
using Subscriptions.Cli.Streams;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Cli.Watching;
using Subscriptions.Cli.Working;

namespace Subscriptions.Cli.Hosting;

/// <summary>All commands.</summary>
internal sealed class CommandTree : RootCommand, IHasExamples
{
    public CommandTree(CommonOptions common)
        : base("Works with a Subscriptions server: databases, documents, subscriptions and their workers.")
    {
        Options.Add(common.Server);
        Options.Add(common.Json);

        Subcommands.Add(new CommandGroup(
            "db",
            "Databases.",
            new CreateDatabaseCommand(),
            new ListDatabasesCommand(),
            new ShowDatabaseCommand(),
            new SetRevisionsCommand(),
            new BackUpDatabaseCommand(),
            new RestoreDatabaseCommand(),
            new RewindDatabaseCommand(),
            new DropDatabaseCommand()));
        Subcommands.Add(new PutCommand());
        Subcommands.Add(new GetCommand());
        Subcommands.Add(new RevisionsCommand());
        Subcommands.Add(new DeleteCommand());
        Subcommands.Add(new ImportCommand());
        Subcommands.Add(new ChangesCommand());
        Subcommands.Add(new StreamCommand());
        Subcommands.Add(new PartitionsCommand());
        Subcommands.Add(new CommandGroup(
            "subscription",
            "Subscriptions: what is delivered, and how far it was acked.",
            new CreateSubscriptionCommand(),
            new ListSubscriptionsCommand(),
            new ShowSubscriptionCommand(),
            new WatchCommand(),
            new UpdateSubscriptionCommand(),
            new RenameSubscriptionCommand(),
            new DeleteSubscriptionCommand(),
            new EnableSubscriptionCommand(),
            new DisableSubscriptionCommand(),
            new DropWorkerCommand(),
            new SetCursorCommand(),
            new TryQueryCommand()));
        Subcommands.Add(new CommandGroup(
            "dead-letters",
            "Items that workers could not process.",
            new ListDeadLettersCommand(),
            new ListRetriesCommand(),
            new ReplayDeadLettersCommand(),
            new DiscardDeadLettersCommand()));
        Subcommands.Add(new WorkCommand());
        Subcommands.Add(new DemoCommand());
        Subcommands.Add(new BenchCommand());
        Subcommands.Add(new TransportCommand());
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "subs db create shop",
        "subs import orders.jsonl -d shop",
        "subs subscription create shipping -d shop --query \"from Orders where Company = 'companies/11'\"",
        "subs work shipping -d shop",
    ];

    /// <summary>Every command that does something.</summary>
    public IEnumerable<CliCommand> All() => Subcommands.Concat(Subcommands.SelectMany(group => group.Subcommands)).OfType<CliCommand>();
}
