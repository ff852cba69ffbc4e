using System.Threading.Channels;

namespace Subscriptions.Core.Delivery.History;

/// <summary>
/// Somebody who follows a subscription live. Whoever is too slow loses the oldest events and is told how many: those that are watched do not
/// wait for those who watch. Thread-safe, one reader.
/// </summary>
public sealed class HistoryWatch : IDisposable
{
    /// <summary>How many events wait for the reader at most.</summary>
    public const int Capacity = 1024;

    private readonly SubscriptionHistory _history;
    private readonly Channel<HistoryEvent> _events;
    private long _missed;

    internal HistoryWatch(SubscriptionHistory history, HistorySnapshot start)
    {
        _history = history;
        Start = start;

        // Every event of a connection or batch says all of it, so that the newest are worth more than the oldest.
        var options = new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _events = Channel.CreateBounded<HistoryEvent>(options, _ => Interlocked.Increment(ref _missed));
    }

    /// <summary>How things were just before the first event.</summary>
    public HistorySnapshot Start { get; }

    /// <summary>What happens.</summary>
    public ChannelReader<HistoryEvent> Events => _events.Reader;

    /// <summary>How many events were lost since the last call.</summary>
    public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);

    /// <summary>Stops watching. Harmless when repeated.</summary>
    public void Dispose() => _history.Remove(this);

    internal void Post(HistoryEvent happening) => _events.Writer.TryWrite(happening);

    internal void Complete() => _events.Writer.TryComplete();
}

/// <summary>A subscription's history at one moment.</summary>
/// <param name="Connections">Connections that are there, and the last that were, by when they asked.</param>
/// <param name="Batches">The last batches, by when they were sent.</param>
public sealed record HistorySnapshot(IReadOnlyList<ConnectionRecord> Connections, IReadOnlyList<BatchRecord> Batches);
