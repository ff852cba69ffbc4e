namespace Subscriptions.Client;

/// <summary>
/// Notices that nothing was heard for too long. Hearing something costs a time stamp only: the timer looks when it fires, and sleeps on
/// for what is left.
/// </summary>
internal sealed class SilenceWatchdog : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _onSilence;
    private readonly ITimer _timer;
    private long _heardAt;
    private long _timeoutTicks;
    private volatile bool _hasFired;

    /// <summary>Makes a watchdog that sleeps.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="onSilence">Called once, by the timer.</param>
    public SilenceWatchdog(TimeProvider time, Action onSilence)
    {
        _time = time;
        _onSilence = onSilence;
        _heardAt = time.GetTimestamp();
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((SilenceWatchdog)state!).Look(),
                this,
                System.Threading.Timeout.InfiniteTimeSpan,
                System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>True once it was silent for too long.</summary>
    public bool HasFired => _hasFired;

    /// <summary>The time limit in force.</summary>
    public TimeSpan Timeout => TimeSpan.FromTicks(Volatile.Read(ref _timeoutTicks));

    /// <summary>Watches from now on.</summary>
    public void Watch(TimeSpan timeout)
    {
        Heard();
        Volatile.Write(ref _timeoutTicks, timeout.Ticks);
        _timer.Change(timeout, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sleeps until <see cref="Watch"/> is called again.</summary>
    public void Pause()
    {
        Volatile.Write(ref _timeoutTicks, System.Threading.Timeout.InfiniteTimeSpan.Ticks);
        _timer.Change(System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something was heard.</summary>
    public void Heard() => Volatile.Write(ref _heardAt, _time.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var timeout = Timeout;
        if (timeout < TimeSpan.Zero || _hasFired)
        {
            return;
        }

        var left = timeout - _time.GetElapsedTime(Volatile.Read(ref _heardAt));
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, System.Threading.Timeout.InfiniteTimeSpan);
            return;
        }

        _hasFired = true;
        _onSilence();
    }
}
