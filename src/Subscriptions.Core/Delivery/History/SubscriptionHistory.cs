using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;

namespace Subscriptions.Core.Delivery.History;

/// <summary>
/// What happened to one subscription lately: its connections, refused and waiting ones included, and its batches; since the server started,
/// in memory only. Bounded, but for connections that are there, which are limited elsewhere. Thread-safe.
/// </summary>
public sealed class SubscriptionHistory
{
    /// <summary>How many connections that are over are remembered.</summary>
    public const int MostConnections = 50;

    /// <summary>How many batches are remembered.</summary>
    public const int MostBatches = 200;

    /// <summary>How many may watch at a time.</summary>
    public const int MostWatches = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, ConnectionHistory> _open = [];
    private readonly Ring<ConnectionRecord> _over = new(MostConnections);
    private readonly Ring<BatchTrack> _batches = new(MostBatches);
    private readonly List<HistoryWatch> _watches = [];
    private long _lastConnection;
    private long _lastBatch;

    /// <summary>Connections that are there, and the last that were; the last batches.</summary>
    public HistorySnapshot GetSnapshot()
    {
        lock (_gate) return SnapshotLocked();
    }

    /// <summary>The connections that are there, waiting ones included, by when they asked.</summary>
    public IReadOnlyList<ConnectionRecord> GetConnected()
    {
        lock (_gate) return [.. _open.Values.Select(c => c.RecordLocked).OrderBy(c => c.Id)];
    }

    /// <summary>Follows the subscription, until the result is disposed.</summary>
    /// <exception cref="EngineException">LIMIT_EXCEEDED: too many do.</exception>
    public HistoryWatch Watch()
    {
        lock (_gate)
        {
            if (_watches.Count == MostWatches)
            {
                var limit = MostWatches.ToString(CultureInfo.InvariantCulture);
                throw new EngineException(
                    ErrorCode.LimitExceeded, $"The subscription is watched {limit} times already, which is the limit; end another watch.", ("limit", limit));
            }

            var watch = new HistoryWatch(this, SnapshotLocked());
            _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>A worker was sent away before its conversation began.</summary>
    /// <param name="worker">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="now">The time.</param>
    public void Refused(WorkerInfo worker, EngineException reason, DateTimeOffset now) => Begin(worker, now).Ended(reason, isGone: false, now);

    /// <summary>A worker asks for the subscription.</summary>
    internal ConnectionHistory Begin(WorkerInfo worker, DateTimeOffset now)
    {
        lock (_gate)
        {
            var connection = new ConnectionHistory(this, _gate, ++_lastConnection, worker, now);
            _open.Add(connection.Id, connection);
            if (IsWatchedLocked) PublishLocked(new HistoryEvent.Connection(connection.RecordLocked));
            return connection;
        }
    }

    internal void ItemFailed(string id, string workerName, string reason, ItemFate fate)
    {
        lock (_gate)
        {
            if (IsWatchedLocked) PublishLocked(new HistoryEvent.ItemFailed(id, workerName, reason, fate));
        }
    }

    internal void CursorMoved(ResumeToken cursor)
    {
        lock (_gate)
        {
            if (IsWatchedLocked) PublishLocked(new HistoryEvent.CursorMoved(cursor));
        }
    }

    internal void Remove(HistoryWatch watch)
    {
        lock (_gate) _watches.Remove(watch);
        watch.Complete();
    }

    // What an event has to say is put together only when somebody listens.
    internal bool IsWatchedLocked => _watches.Count > 0;

    internal void PublishLocked(HistoryEvent happening)
    {
        foreach (var watch in _watches) watch.Post(happening);
    }

    internal void AddLocked(BatchTrack batch)
    {
        batch.Number = ++_lastBatch;
        _batches.Add(batch);
    }

    internal void OverLocked(ConnectionHistory connection)
    {
        _open.Remove(connection.Id);
        _over.Add(connection.RecordLocked);
    }

    private HistorySnapshot SnapshotLocked() => new(
        [.. _over.Items.Concat(_open.Values.Select(c => c.RecordLocked)).OrderBy(c => c.Id)],
        [.. _batches.Items.Select(b => b.ToRecord())]);
}
