using Subscriptions.Core.Changes;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Feeds;

namespace Subscriptions.Core.Streams;

/// <summary>A partition that has something newer than a place.</summary>
/// <param name="State">The partition.</param>
/// <param name="HighSeqno">Its newest change that readers may be given.</param>
/// <param name="Rollback">What a stream from the place would be answered, if it would be sent back; else null.</param>
public readonly record struct PartitionReady(PartitionState State, long HighSeqno, StreamDecision.Rollback? Rollback);

/// <summary>
/// Watches partitions for something newer than a place. By level, and coalesced: however much is written, a partition is told once, with where it stands then, and again
/// only when it has something newer than that. One use, not thread-safe.
/// </summary>
public sealed class PartitionWatch : IDisposable
{
    private readonly ChangeFeed _feed;
    private readonly FeedServices _services;
    private readonly IReadOnlyList<int> _partitions;
    private readonly FeedListener _listener;
    private readonly SharedTicker.Entry _tick;
    private readonly CancellationTokenRegistration _stopping;
    private readonly TimeSpan _heartbeat;
    private readonly ResumeToken _since;

    // Where those stand that were told, or looked at.
    private readonly Dictionary<int, long> _known = [];
    private DateTimeOffset _beatAt;

    /// <summary>Begins to watch.</summary>
    /// <param name="feed">The database's log.</param>
    /// <param name="partitions">Which; they exist.</param>
    /// <param name="since">The place.</param>
    /// <param name="heartbeat">The longest silence.</param>
    /// <param name="services">What feeds share: a watch counts among those who follow a log.</param>
    /// <exception cref="EngineException">LIMIT_EXCEEDED.</exception>
    public PartitionWatch(ChangeFeed feed, IReadOnlyList<int> partitions, ResumeToken since, TimeSpan heartbeat, FeedServices services)
    {
        services.Enter();
        _feed = feed;
        _services = services;
        _partitions = partitions;
        _heartbeat = heartbeat;
        _since = since;
        _listener = feed.Listen(null, isPatient: true);
        _tick = services.Ticker.Register(_listener.Wake);
        _stopping = services.Stopping.UnsafeRegister(static l => ((FeedListener)l!).Wake(), _listener);
    }

    /// <summary>Waits for the next partitions that have something newer, or for the longest silence.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>By partition; none after the longest silence.</returns>
    /// <exception cref="EngineException">SHUTTING_DOWN, DATABASE_DROPPED.</exception>
    public async ValueTask<IReadOnlyList<PartitionReady>> WaitAsync(CancellationToken cancellationToken)
    {
        _beatAt = _services.Time.GetUtcNow() + _heartbeat;
        _tick.Due(_beatAt);
        while (true)
        {
            ThrowIfOver();
            var ready = TakeReady();
            if (ready.Count > 0 || _services.Time.GetUtcNow() >= _beatAt) return ready;
            await _listener.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _tick.Dispose();
        _listener.Dispose();
        _services.Leave();
    }

    private List<PartitionReady> TakeReady()
    {
        var ready = new List<PartitionReady>();
        foreach (var partition in _partitions)
        {
            var high = _feed.HighSeqno(partition);
            var isKnown = _known.TryGetValue(partition, out var known);
            if (isKnown && high <= known) continue;

            _known[partition] = high;
            var state = _feed.Partitions[partition];
            var rollback = isKnown ? null : RollbackOf(_since[partition], state);
            if (isKnown || rollback is not null || high > _since[partition].Seqno) ready.Add(new PartitionReady(state, high, rollback));
        }

        return ready;
    }

    private static StreamDecision.Rollback? RollbackOf(Position place, PartitionState state) =>
        StreamAdmission.Decide(new StreamRequest { Id = 0, Partition = state.Partition, Start = place }, state, collection: null) as StreamDecision.Rollback;

    private void ThrowIfOver()
    {
        if (_services.Stopping.IsCancellationRequested) throw StreamErrors.ShuttingDown();
        if (_feed.ClosedBecause is { } closed) throw StreamErrors.Closed(closed);
    }
}
