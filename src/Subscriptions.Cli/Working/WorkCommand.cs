using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Cli.Working.Execution;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary><c>subs work</c>.</summary>
internal sealed class WorkCommand : SubscriptionCommand
{
    // Somebody watches, or a script waits: sooner than a service needs it.
    private static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(5);

    // A batch is acked when the command is through with it; what is not acked comes again.
    private const int MaxDocsOfCommand = 100;
    private const int MaxDocs = 4096;

    private readonly Option<int?> _maxDocs = new Option<int?>("--max-docs")
    {
        Description = $"The most documents in a batch, from 1 to 4096 (default: 4096, with --exec {MaxDocsOfCommand}).",
        HelpName = "N",
    }.Between(1, 4096);

    private readonly Option<string> _exec = new("--exec")
    {
        Description =
            "Run a shell command for each item, with the document on its standard input and what else there is in SUBS_ID, SUBS_ATTEMPT and so " +
            "on. Exit code 0: done; another: the item is nacked, and the last line of its standard error is why.",
        HelpName = "COMMAND",
    };

    private readonly Option<TimeSpan?> _execTimeout = DurationText.Option(
        "--exec-timeout", "How long the command may take for an item before it is ended and the item nacked", "as long as it wants",
        TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));

    private readonly Option<string> _strategy = new Option<string>("--strategy")
    {
        Description = "What to do when another worker holds the subscription.",
        DefaultValueFactory = _ => StrategyName.Of(OpeningStrategy.Fail),
    }.OneOf(StrategyName.All);

    private readonly Option<bool> _closeWhenDrained = new("--close-when-drained") { Description = "End when everything that exists was acked." };
    private readonly Option<string> _worker = new("--worker")
    {
        Description = "How to be called in lists and refusals (default: machine and process).",
        HelpName = "WORKER",
    };

    private readonly Option<int> _retrySeconds = new Option<int>("--retry-seconds")
    {
        Description = "How long to try to reconnect after a connection was lost, from 0 to 86400.",
        HelpName = "N",
        DefaultValueFactory = _ => 300,
    }.Between(0, 86_400);

    public WorkCommand()
        : base(
            "work",
            "Prints a subscription's batches as they come, and acks each once it is printed. Ctrl-C ends it in an orderly way.",
            "subs work shipping -d shop",
            "subs work shipping -d shop --max-docs 10 --strategy wait",
            "subs work shipping -d shop --exec './ship.sh \"$SUBS_ID\"'",
            "subs work shipping -d shop --close-when-drained --json | jq -r 'select(.id) | .id'")
    {
        Options.Add(_maxDocs);
        Options.Add(_exec);
        Options.Add(_execTimeout);
        Options.Add(_strategy);
        Options.Add(_closeWhenDrained);
        Options.Add(_worker);
        Options.Add(_retrySeconds);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        IWorkOutput output = run.Print.IsJson
            ? new JsonWorkOutput(run.Print, run.Server)
            : new TextWorkOutput(run.Host.Terminal, run.Print, run.Server);
        var command = CommandOf(run, database, name);
        await using var worker = Open(run, database, name, output);

        // A worker would go on trying to reach a server that was never there; a person who mistyped its address wants to know at once.
        await run.Client.Subscriptions.GetAsync(database, name, cancellationToken);
        await new BatchLoop(worker, command, output, run.Print).RunAsync(cancellationToken);
    }

    // The command may be one of this program's own, for the same server and database.
    private ItemCommand? CommandOf(Invocation run, string database, string name)
    {
        if (run.Value(_exec) is not { } command)
            return run.Value(_execTimeout) is null ? null : throw new UsageException($"{_execTimeout.Name} needs {_exec.Name}");
        if (command.Length == 0) throw new UsageException($"{_exec.Name} is empty");

        var settings = new Dictionary<string, string?>
        {
            [CommonOptions.ServerVariable] = run.Server.ToString(),
            [CommonOptions.DatabaseVariable] = database,
            ["SUBS_SUBSCRIPTION"] = name,
        };
        return new ItemCommand(command, run.Value(_execTimeout), settings, run.Host.Time);
    }

    private SubscriptionWorker Open(Invocation run, string database, string name, IWorkOutput output)
    {
        var options = new SubscriptionWorkerOptions(database, name)
        {
            MaxDocs = run.Value(_maxDocs) ?? (run.Value(_exec) is null ? MaxDocs : MaxDocsOfCommand),
            Strategy = StrategyName.Parse(run.Value(_strategy)!),
            CloseWhenDrained = run.Value(_closeWhenDrained),
            MaxErroneousPeriod = TimeSpan.FromSeconds(run.Value(_retrySeconds)),
            MaxReconnectDelay = MaxReconnectDelay,
            OnEvent = output.Event,
        };
        if (run.Value(_worker) is { Length: > 0 } worker) options.WorkerName = worker;
        try
        {
            return run.Client.OpenWorker(options);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
