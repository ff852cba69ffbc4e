using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.DeadLetters;

/// <summary>A command that settles some dead letters of a subscription, or, when that is said, all of them.</summary>
internal abstract class SettleCommand : SubscriptionCommand
{
    private readonly Argument<string[]> _ids = new("ID")
    {
        Description = "The documents.",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _all = new("--all") { Description = "All of them." };

    protected SettleCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Arguments.Add(_ids);
        Options.Add(_all);
    }

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var ids = run.Value(_ids);
        var count = (ids.Length, run.Value(_all)) switch
        {
            (0, false) => throw new UsageException("which ones? Name their ids, or say --all"),
            ( > 0, true) => throw new UsageException("IDs and --all exclude each other"),
            (0, true) => await SettleAllAsync(run.Client.DeadLetters, database, name, cancellationToken),
            _ => await SettleAsync(run.Client.DeadLetters, database, name, ids, cancellationToken),
        };
        Print(run, name, count);
    }

    /// <summary>Settles all.</summary>
    protected abstract Task<long> SettleAllAsync(DeadLettersClient client, string database, string name, CancellationToken cancellationToken);

    /// <summary>Settles some.</summary>
    protected abstract Task<long> SettleAsync(
        DeadLettersClient client, string database, string name, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Tells how many it were.</summary>
    protected abstract void Print(Invocation run, string name, long count);
}
