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

    private readonly Option<long?> _token = new Option<long?>("--token")
    {
        Description = "Only the worker that has this fencing token, as 'subs subscription show' tells it.",
        HelpName = "N",
    }.Between(1, long.MaxValue);

    public DropWorkerCommand()
        : base(
            "drop-worker",
            "Ends a subscription's workers, waiting ones too; they do not come back by themselves.",
            "subs subscription drop-worker shipping -d shop",
            "subs subscription drop-worker shipping -d shop --worker web-1/4711",
            "subs subscription drop-worker shipping -d shop --token 42")
    {
        Options.Add(_worker);
        Options.Add(_token);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var count = await DropAsync(run, database, name, cancellationToken);
        run.Print.Done($"{Readable.Count(count, "worker")} dropped", json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("dropped", count);
        });
    }

    private async Task<int> DropAsync(Invocation run, string database, string name, CancellationToken cancellationToken)
    {
        var worker = run.Value(_worker);
        if (run.Value(_token) is not { } token) return await run.Client.Subscriptions.DropWorkersAsync(database, name, worker, cancellationToken);
        if (worker is not null) throw new UsageException("--worker and --token exclude each other");
        return await run.Client.Subscriptions.DropWorkerAsync(database, name, token, cancellationToken) ? 1 : 0;
    }
}
