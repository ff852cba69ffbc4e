namespace Subscriptions.Cli.Benchmarking.Feeds;

/// <summary>Many listeners, each on a connection of its own.</summary>
internal sealed class FeedListeners : IAsyncDisposable
{
    private const int ConnectedAtATime = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly FeedListener[] _listeners;
    private readonly Task[] _reading;

    private FeedListeners(FeedListener[] listeners)
    {
        _listeners = listeners;
        _reading = [.. listeners.Select(listener => listener.ReadAsync(_stop.Token))];
    }

    /// <summary>How many there are.</summary>
    public int Count => _listeners.Length;

    /// <summary>How many rows have come to all of them.</summary>
    public long Rows => _listeners.Sum(listener => listener.Rows);

    /// <summary>Connects listeners.</summary>
    /// <param name="http">The server's HTTP address.</param>
    /// <param name="path">What each asks for.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FeedListeners> ConnectAsync(Uri http, string path, int count, CancellationToken cancellationToken)
    {
        var listeners = new FeedListener[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConnectedAtATime, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(0, count, options, async (i, token) => listeners[i] = await FeedListener.ConnectAsync(http, path, token));
            return new FeedListeners(listeners);
        }
        catch
        {
            foreach (var listener in listeners) listener?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until each of them has got so many rows since it was connected.</summary>
    public Task WaitForAsync(long rows, CancellationToken cancellationToken)
    {
        var goal = new RowGoal(rows, _listeners.Length);
        foreach (var listener in _listeners) listener.Await(goal);
        return goal.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var listener in _listeners) listener.Dispose();
        _stop.Dispose();
    }
}
