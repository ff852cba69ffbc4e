using Grpc.Net.Client;
using Subscriptions.Cli.Hosting;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Workers that wait for one subscription, each with a connection of its own, as workers in processes of their own have.</summary>
internal sealed class WaitingQueue : IDisposable
{
    private readonly GrpcChannel[] _channels;
    private readonly string _database;
    private readonly string _subscription;
    private readonly TimeProvider _time;

    public WaitingQueue(Uri address, string database, string subscription, int workers, TimeProvider time)
    {
        // One more: who has it while the others come.
        _channels = [.. Enumerable.Range(0, workers + 1).Select(_ => BenchChannel.Open(address))];
        _database = database;
        _subscription = subscription;
        _time = time;
    }

    /// <summary>Lets them come one after the other, gives the subscription free, and waits until each has had it.</summary>
    /// <returns>How long each got it after the one before had given it back, in milliseconds.</returns>
    /// <exception cref="CommandFailedException">They were not served in the order in which they came.</exception>
    public async Task<double[]> ServeAsync(CancellationToken cancellationToken)
    {
        var workers = _channels.Select(channel => new WaitingWorker(channel, _time)).ToArray();
        try
        {
            foreach (var (place, worker) in workers.Index()) await worker.AskAsync(_database, _subscription, place, cancellationToken);

            // All listen before the first leaves: what is timed is when each is told, not when this method gets to it.
            var turns = workers.Skip(1).Select(worker => worker.TakeTurnAsync(cancellationToken)).ToArray();
            await workers[0].ReleaseAsync(cancellationToken);
            await Task.WhenAll(turns);
            CheckOrder([.. workers.Select(worker => worker.FencingToken)]);
            return [.. workers.Zip(workers.Skip(1), (before, next) => _time.GetElapsedTime(before.ReleasedAt, next.OpenedAt).TotalMilliseconds)];
        }
        finally
        {
            foreach (var worker in workers) worker.Dispose();
        }
    }

    /// <summary>Each grant has the next fencing token, so that they tell the order whatever this process heard when.</summary>
    /// <param name="tokens">Those of the workers, by when they came.</param>
    /// <exception cref="CommandFailedException">They do not follow each other.</exception>
    public static void CheckOrder(IReadOnlyList<long> tokens)
    {
        for (var i = 1; i < tokens.Count; i++)
            BenchStage.Check($"the fencing token of the worker that waited as number {i}", tokens[0] + i, tokens[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels) channel.Dispose();
    }
}
