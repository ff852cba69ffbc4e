using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Subscriptions;
using Subscriptions.Client;

namespace Subscriptions.Cli.Working;

/// <summary><c>subs work</c>.</summary>
internal sealed class WorkCommand : SubscriptionCommand
{
    // Somebody watches, or a script waits: sooner than a service needs it.
    private static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(5);

    private readonly Option<int> _maxDocs = new Option<int>("--max-docs")
    {
        Description = "The most documents in a batch, from 1 to 4096.",
        HelpName = "N",
        DefaultValueFactory = _ => 4096,
    }.Between(1, 4096);

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
            "subs work shipping -d shop --close-when-drained --json | jq -r 'select(.id) | .id'")
    {
        Options.Add(_maxDocs);
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
        await using var worker = Open(run, database, name, output);

        // A worker would go on trying to reach a server that was never there; a person who mistyped its address wants to know at once.
        await run.Client.Subscriptions.GetAsync(database, name, cancellationToken);
        await new BatchLoop(worker, output, run.Print).RunAsync(cancellationToken);
    }

    private SubscriptionWorker Open(Invocation run, string database, string name, IWorkOutput output)
    {
        var options = new SubscriptionWorkerOptions(database, name)
        {
            MaxDocs = run.Value(_maxDocs),
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
