using System.Collections.Concurrent;

namespace Subscriptions.Core.Concurrency;

/// <summary>
/// The one timer of all who wait for something: looks at their next due times a few times a second and ticks those that are due, so that an idle one
/// costs a comparison and no timer of its own. Thread-safe.
/// </summary>
public sealed class SharedTicker : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private long _lastEntry;

    /// <summary>Starts ticking.</summary>
    public SharedTicker(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => TickAll(), null, Period, Period);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>Registers one until the result is disposed.</summary>
    /// <param name="tick">Called at or soon after the due time, on the timer's thread; only posts a message.</param>
    internal Entry Register(Action tick)
    {
        var entry = new Entry(this, Interlocked.Increment(ref _lastEntry), tick);
        _entries.TryAdd(entry.Id, entry);
        return entry;
    }

    private void TickAll()
    {
        var now = _time.GetUtcNow().UtcTicks;
        foreach (var (_, entry) in _entries) entry.TickIfDue(now);
    }

    /// <summary>A registered one's next due time.</summary>
    internal sealed class Entry(SharedTicker ticker, long id, Action tick) : IDisposable
    {
        private long _dueAt = long.MaxValue;

        public long Id => id;

        public void Due(DateTimeOffset at) => Volatile.Write(ref _dueAt, at.UtcTicks);

        public void TickIfDue(long now)
        {
            if (Volatile.Read(ref _dueAt) <= now) tick();
        }

        public void Dispose() => ticker._entries.TryRemove(id, out _);
    }
}
