namespace Subscriptions.Client;

/// <summary>
/// Decides when room in the window is given back: when more than a fifth of the window is free that the server does not know of, or a second after some became
/// free. Thread-safe.
/// </summary>
internal sealed class WindowAcks : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _threshold;
    private readonly Action<long> _ack;
    private readonly ITimer _timer;
    private long _freed;
    private bool _isArmed;

    /// <summary>Acks a window of this size.</summary>
    /// <param name="windowBytes">The window.</param>
    /// <param name="ack">Sends an ack; must not wait.</param>
    /// <param name="time">The clock.</param>
    public WindowAcks(long windowBytes, Action<long> ack, TimeProvider time)
    {
        _threshold = windowBytes / 5;
        _ack = ack;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((WindowAcks)state!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The consumer is done with so many bytes.</summary>
    public void Freed(long bytes)
    {
        if (bytes <= 0)
        {
            return;
        }

        lock (_gate)
        {
            _freed += bytes;
            if (_freed > _threshold)
            {
                Send();
            }
            else if (!_isArmed)
            {
                _isArmed = true;
                _timer.Change(LongestWait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Flush()
    {
        lock (_gate)
        {
            _isArmed = false;
            Send();
        }
    }

    private void Send()
    {
        if (_freed > 0)
        {
            _ack(_freed);
            _freed = 0;
        }
    }
}
