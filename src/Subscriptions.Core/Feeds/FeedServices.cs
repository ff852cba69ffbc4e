using System.Globalization;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Feeds;

/// <summary>What all feeds of a server share. Thread-safe.</summary>
/// <param name="ticker">Tells feeds that wait when their time has come.</param>
/// <param name="time">The clock.</param>
/// <param name="maxListeners">The most feeds that may follow a log at a time.</param>
/// <param name="stopping">Ends all feeds.</param>
public sealed class FeedServices(SharedTicker ticker, TimeProvider time, int maxListeners, CancellationToken stopping)
{
    private readonly FeedLanes _lanes = new(Environment.ProcessorCount / 2);
    private readonly FeedLanes _scriptLanes = new(Environment.ProcessorCount / 2);
    private int _listeners;
    private long _rows;
    private long _heartbeats;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How many feeds follow a log now, waiting or not.</summary>
    public int Listeners => Volatile.Read(ref _listeners);

    /// <summary>How many rows feeds have given.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>How many signs of life feeds have given.</summary>
    public long Heartbeats => Interlocked.Read(ref _heartbeats);

    internal SharedTicker Ticker => ticker;

    internal CancellationToken Stopping => stopping;

    /// <summary>Where a feed takes turns with others. Those that run scripts have lanes of their own, so that nobody else waits for them.</summary>
    internal Turnstile Lane(bool runsScripts) => (runsScripts ? _scriptLanes : _lanes).Next();

    /// <summary>Takes a place among those who follow a log.</summary>
    /// <exception cref="EngineException">LIMIT_EXCEEDED.</exception>
    internal void Enter()
    {
        if (Interlocked.Increment(ref _listeners) <= maxListeners) return;

        Leave();
        throw new EngineException(
            ErrorCode.LimitExceeded,
            $"{maxListeners} feeds are followed already, which is the limit (Limits:FeedListeners); try again later.",
            ("limit", maxListeners.ToString(CultureInfo.InvariantCulture)),
            ("setting", "Limits:FeedListeners"));
    }

    internal void CountRows(int count) => Interlocked.Add(ref _rows, count);

    internal void CountHeartbeat() => Interlocked.Increment(ref _heartbeats);

    internal void Leave() => Interlocked.Decrement(ref _listeners);
}
