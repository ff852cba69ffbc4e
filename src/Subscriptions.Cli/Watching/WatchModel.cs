using Subscriptions.Client;

namespace Subscriptions.Cli.Watching;

/// <summary>What is known of a watched subscription: the snapshot, and what has happened since. Bounded.</summary>
internal sealed class WatchModel
{
    private const int MostConnections = 50;
    private const int MostBatches = 50;
    private const int MostFailures = 10;

    // Over which time rates are taken.
    private static readonly TimeSpan RateSpan = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<long, ConnectionInfo> _connections = [];
    private readonly SortedDictionary<long, BatchInfo> _batches = [];
    private readonly Queue<SubscriptionWatchEvent.ItemFailed> _failures = new();
    private readonly Queue<(DateTimeOffset At, SubscriptionFigures Figures)> _samples = new();

    /// <summary>The time by the server's clock.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>How the subscription is doing; null before the first event.</summary>
    public SubscriptionFigures? Figures { get; private set; }

    /// <summary>The cursor.</summary>
    public string ChangeVector { get; private set; } = string.Empty;

    /// <summary>Events that were left out.</summary>
    public long Missed { get; private set; }

    /// <summary>Connections that work or wait, by when they asked.</summary>
    public IEnumerable<ConnectionInfo> Connected => _connections.Values.Where(c => c.EndedAt is null);

    /// <summary>Connections that are over, the newest first.</summary>
    public IEnumerable<ConnectionInfo> Over => _connections.Values.Where(c => c.EndedAt is not null).OrderByDescending(c => c.EndedAt);

    /// <summary>The last batches, the newest first.</summary>
    public IEnumerable<BatchInfo> Batches => _batches.Values.Reverse();

    /// <summary>The last items that could not be processed, the newest first.</summary>
    public IEnumerable<SubscriptionWatchEvent.ItemFailed> Failures => _failures.Reverse();

    /// <summary>Takes an event.</summary>
    public void Apply(SubscriptionWatchEvent happening)
    {
        Now = happening.At;
        switch (happening)
        {
            case SubscriptionWatchEvent.Snapshot(_, var snapshot):
                foreach (var connection in snapshot.Connections) Put(connection);
                foreach (var batch in snapshot.Batches) Put(batch);
                Put(snapshot.Figures);
                break;
            case SubscriptionWatchEvent.Figures(_, var figures):
                Put(figures);
                break;
            case SubscriptionWatchEvent.Connection(_, var connection):
                Put(connection);
                break;
            case SubscriptionWatchEvent.Batch(_, var batch):
                Put(batch);
                break;
            case SubscriptionWatchEvent.ItemFailed failed:
                if (_failures.Count == MostFailures) _failures.Dequeue();
                _failures.Enqueue(failed);
                break;
            case SubscriptionWatchEvent.CursorMoved(_, var changeVector):
                ChangeVector = changeVector;
                break;
            case SubscriptionWatchEvent.Missed(_, var count):
                Missed += count;
                break;
        }
    }

    /// <summary>How fast a count rises, a second.</summary>
    public double RateOf(Func<SubscriptionFigures, long> count)
    {
        if (_samples.Count < 2 || Figures is null) return 0;
        var (at, first) = _samples.Peek();
        var (lastAt, last) = _samples.Last();
        var seconds = (lastAt - at).TotalSeconds;
        return seconds <= 0 ? 0 : Math.Max(0, (count(last) - count(first)) / seconds);
    }

    /// <summary>How many items a connection is sent, a second.</summary>
    public double RateOf(ConnectionInfo connection) => RateOf(f => f.Workers.FirstOrDefault(w => w.Id == connection.Id)?.Items ?? 0);

    private void Put(SubscriptionFigures figures)
    {
        Figures = figures;
        ChangeVector = figures.ChangeVector;
        _samples.Enqueue((Now, figures));
        while (_samples.Count > 2 && Now - _samples.Peek().At > RateSpan) _samples.Dequeue();

        // What the events have left out, the figures bring.
        var ids = figures.Workers.Select(w => w.Id).ToHashSet();
        foreach (var gone in Connected.Where(c => !ids.Contains(c.Id)).Select(c => c.Id).ToList()) _connections.Remove(gone);
        foreach (var worker in figures.Workers) Put(worker);
    }

    private void Put(ConnectionInfo connection)
    {
        _connections[connection.Id] = connection;
        foreach (var old in Over.Skip(MostConnections).Select(c => c.Id).ToList()) _connections.Remove(old);
    }

    private void Put(BatchInfo batch)
    {
        _batches[batch.Number] = batch;
        while (_batches.Count > MostBatches) _batches.Remove(_batches.Keys.First());
    }
}
