using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Changes;

/// <summary><c>subs changes</c>.</summary>
internal sealed class ChangesCommand : CliCommand
{
    // Somebody watches, or a script waits: sooner than a service needs it.
    private static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(5);

    private readonly Argument<string?> _name = new("DB")
    {
        Description = "The database; or -d DB.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => null,
    };

    private readonly Option<string> _database = CommonOptions.Database();
    private readonly Option<string> _since = new("--since")
    {
        Description = "Where to begin: 0, now, a resume token or, in a database of one partition, the number of a change.",
        HelpName = "PLACE",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with what changes from now on, until Ctrl-C." };
    private readonly Option<long?> _limit = new Option<long?>("--limit") { Description = "End after so many changes.", HelpName = "N" }.Between(1, long.MaxValue);
    private readonly Option<bool> _descending = new("--descending") { Description = "The newest first, wherever --since is." };
    private readonly Option<bool> _includeDocs = new("--include-docs") { Description = "Show the documents." };
    private readonly FilterOptions _filter = new();
    private readonly Option<int> _retrySeconds = new Option<int>("--retry-seconds")
    {
        Description = "How long to try to reconnect after a connection was lost, from 0 to 86400.",
        HelpName = "N",
        DefaultValueFactory = _ => 300,
    }.Between(0, 86_400);

    public ChangesCommand()
        : base(
            "changes",
            "Prints a database's changes: of each document the newest, in the order in which they were made. The server keeps nothing of who reads.",
            "subs changes shop",
            "subs changes shop --follow --since now --include-docs",
            "subs changes shop --filter 'from Orders where Total > $least' --param least=100 --json | jq -r .id")
    {
        Arguments.Add(_name);
        Options.Add(_database);
        Options.Add(_since);
        Options.Add(_follow);
        Options.Add(_limit);
        Options.Add(_descending);
        Options.Add(_includeDocs);
        _filter.AddTo(this);
        Options.Add(_retrySeconds);
    }

    /// <inheritdoc/>
    public override async Task RunAsync(Invocation run, CancellationToken cancellationToken)
    {
        var database = run.Value(_name) ?? run.Text(_database, CommonOptions.DatabaseVariable)
            ?? throw new UsageException($"which database? Name it, or set {CommonOptions.DatabaseVariable}");
        if (run.Value(_follow) && run.Value(_descending)) throw new UsageException($"{_follow.Name} and {_descending.Name} exclude each other");
        var options = OptionsOf(run);

        // A feed would go on trying to reach a server that was never there; a person who mistyped its address wants to know at once.
        await run.Client.Databases.GetAsync(database, cancellationToken);
        IChangesOutput output = run.Print.IsJson
            ? new JsonChangesOutput(run.Print, run.Server)
            : new TextChangesOutput(run.Host.Terminal, run.Print, run.Server);
        await PrintAsync(run, database, options, output, cancellationToken);
    }

    private async Task PrintAsync(
        Invocation run, string database, WatchOptions options, IChangesOutput output, CancellationToken cancellationToken)
    {
        var count = 0L;
        var place = options.Since;
        try
        {
            await using var events = run.Client.Changes.WatchAsync(database, options, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
            while (await NextAsync(events, run.Print))
            {
                if (events.Current is ChangeEvent.Row) count++;
                place = PlaceOf(events.Current) ?? place;
                output.Show(events.Current);
                if (events.Current is ChangeEvent.Ended ended) output.Over(count, place, ended, options.Descending);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Over(count, place, ended: null, options.Descending);

            // There is no other way to end a feed without a limit, so this one is good.
            if (!run.Value(_follow)) throw;
        }
        catch (SubscriptionsException) when (place != options.Since)
        {
            // What was printed does not count less for what happened then.
            output.Over(count, place, ended: null, options.Descending);
            throw;
        }
        finally
        {
            await run.Print.FlushAsync();
        }
    }

    // What was written goes out when nothing more is there at once.
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ChangeEvent> events, Printer print)
    {
        var next = events.MoveNextAsync();
        if (!next.IsCompleted) await print.FlushAsync();
        return await next;
    }

    private static string? PlaceOf(ChangeEvent happening) => happening switch
    {
        ChangeEvent.Row { Change.ResumeToken: { Length: > 0 } token } => token,
        ChangeEvent.Checkpoint checkpoint => checkpoint.ResumeToken,
        ChangeEvent.CaughtUp caughtUp => caughtUp.ResumeToken,
        ChangeEvent.Rewound rewound => rewound.ResumeToken,
        ChangeEvent.Ended ended => ended.ResumeToken,
        _ => null,
    };

    private WatchOptions OptionsOf(Invocation run) => new()
    {
        Since = run.Value(_since)!,
        Until = run.Value(_follow) ? null : "now",
        Limit = run.Value(_limit),
        Descending = run.Value(_descending),
        IncludeDocs = run.Value(_includeDocs),
        Filter = _filter.Read(run),
        MaxErroneousPeriod = TimeSpan.FromSeconds(run.Value(_retrySeconds)),
        MaxReconnectDelay = MaxReconnectDelay,
    };
}
