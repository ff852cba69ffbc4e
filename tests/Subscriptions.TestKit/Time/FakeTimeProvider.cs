namespace Subscriptions.TestKit.Time;

/// <summary>
/// A clock that goes on only when told to. Timers fire on the thread that calls <see cref="Advance"/>, in the order of their due times, each
/// with the clock at its due time; those due at the same time in the order in which they were set. Thread-safe.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _armed = [];
    private DateTimeOffset _now;
    private long _lastOrder;

    /// <summary>Starts the clock.</summary>
    /// <param name="start">Default: the beginning of 2030, UTC.</param>
    public FakeTimeProvider(DateTimeOffset? start = null) =>
        _now = (start ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers are waiting: what keeps an idle program busy.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock) return _armed.Count;
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock on and fires what becomes due, including what timers that fire set anew.</summary>
    /// <param name="by">Not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } timer) timer.Fire();
        lock (_lock)
        {
            if (_now < end) _now = end;
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfInvalid(dueTime, nameof(dueTime));
        ThrowIfInvalid(period, nameof(period));
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return;

            // A real timer without delay fires on another thread at once; here it waits for the next advance, even one of nothing.
            timer.DueAt = _now + dueTime;
            timer.Period = period > TimeSpan.Zero ? period : null;
            timer.Order = ++_lastOrder;
            _armed.Add(timer);
        }
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_lock) _armed.Remove(timer);
    }

    private static void ThrowIfInvalid(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, value, "A timer's times are not negative, or infinite.");
    }

    private FakeTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _armed.Where(t => t.DueAt <= end).OrderBy(t => t.DueAt).ThenBy(t => t.Order).FirstOrDefault();
            if (next is null) return null;

            if (_now < next.DueAt) _now = next.DueAt;
            _armed.Remove(next);
            if (next.Period is { } period)
            {
                next.DueAt += period;
                next.Order = ++_lastOrder;
                _armed.Add(next);
            }

            return next;
        }
    }
}
