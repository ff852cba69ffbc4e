using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;

namespace Subscriptions.Cli.Subscriptions;

/// <summary><c>subs subscription drop-worker</c>.</summary>
internal sealed class DropWorkerCommand : SubscriptionCommand
{
    private readonly Option<string> _worker = new("--worker")
    {
        Description = "Only workers that call themselves so (default: all).",
        HelpName = "WORKER",
    };

    public DropWorkerCommand()
        : base(
            "drop-worker",
            "Ends a subscription's workers, waiting ones too; they do not come back by themselves.",
            "subs subscription drop-worker shipping -d shop",
            "subs subscription drop-worker shipping -d shop --worker web-1/4711") => Options.Add(_worker);

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var count = await run.Client.Subscriptions.DropWorkersAsync(database, name, run.Value(_worker), cancellationToken);
        run.Print.Done($"{Readable.Count(count, "worker")} dropped", json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("dropped", count);
        });
    }
}
