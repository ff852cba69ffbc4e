using System.CommandLine;
using Subscriptions.Cli.Hosting;
using Subscriptions.Cli.Output;
using Subscriptions.Client;

namespace Subscriptions.Cli.Streams;

/// <summary><c>subs partitions</c>.</summary>
internal sealed class PartitionsCommand : DatabaseCommand
{
    private readonly PartitionView _view = new();
    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Then tell which partitions have something new, and not what, until Ctrl-C.",
    };

    public PartitionsCommand()
        : base(
            "partitions",
            "Tells where a database's partitions stand: the newest change, what was purged, and the branches of their histories.",
            "subs partitions -d shop",
            "subs partitions -d shop --watch --json") => Options.Add(_watch);

    /// <inheritdoc/>
    protected override async Task RunAsync(Invocation run, string database, CancellationToken cancellationToken)
    {
        var seqnos = await run.Client.Streams.GetPartitionSeqnosAsync(database, cancellationToken: cancellationToken);
        var logs = await run.Client.Streams.GetFailoverLogsAsync(database, cancellationToken: cancellationToken);
        var branches = logs.ToDictionary(log => log.Partition, log => log.Branches);
        run.Print.List(_view, [.. seqnos.Select(p => new PartitionStanding(p, branches.GetValueOrDefault(p.Partition) ?? []))]);
        await run.Print.FlushAsync();
        if (run.Value(_watch)) await WatchAsync(run, database, seqnos, cancellationToken);
    }

    private static async Task WatchAsync(
        Invocation run, string database, IReadOnlyList<PartitionSeqnos> shown, CancellationToken cancellationToken)
    {
        // From the beginning, so that nothing that came since they were shown is left out.
        var known = shown.ToDictionary(p => p.Partition, p => p.HighSeqno);
        try
        {
            await foreach (var ready in run.Client.Streams.WatchPartitionsAsync(database, cancellationToken: cancellationToken))
            {
                if (known.Remove(ready.Partition, out var high) && ready.HighSeqno == high) continue;
                run.Print.Done($"p{ready.Partition} has changes up to {Readable.Number(ready.HighSeqno)}", json =>
                {
                    json.WriteNumber("partition", ready.Partition);
                    json.WriteNumber("highSeqno", ready.HighSeqno);
                });
                await run.Print.FlushAsync();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // There is no other way to end it, so this one is good.
            await run.Print.FlushAsync();
        }
    }
}
