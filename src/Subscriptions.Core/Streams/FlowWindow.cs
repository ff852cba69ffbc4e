namespace Subscriptions.Core.Streams;

/// <summary>
/// A connection's window: how many bytes may be out, sent and not acked. One message may go beyond it, so that one larger than the window is sent too. Acks of more
/// than is out count as all of it. Thread-safe.
/// </summary>
public sealed class FlowWindow
{
    private readonly Lock _lock = new();
    private long _size;
    private long _outstanding;
    private long _totalSent;

    /// <summary>Creates a window with nothing out.</summary>
    /// <param name="size">Bytes; 0: without limit.</param>
    public FlowWindow(long size) => _size = size;

    /// <summary>How large it is, in bytes; <see cref="long.MaxValue"/>: without limit.</summary>
    public long Size
    {
        get
        {
            lock (_lock) return _size == 0 ? long.MaxValue : _size;
        }
    }

    /// <summary>All that was ever sent, in bytes.</summary>
    public long TotalSent
    {
        get
        {
            lock (_lock) return _totalSent;
        }
    }

    /// <summary>How much may be sent now, in bytes; not above 0 when nothing may.</summary>
    public long Room
    {
        get
        {
            lock (_lock) return _size == 0 ? long.MaxValue : _size - _outstanding;
        }
    }

    /// <summary>Changes the size. What is out stays out, unless there is no limit any more.</summary>
    public void Resize(long size)
    {
        lock (_lock)
        {
            _size = size;
            if (size == 0) _outstanding = 0;
        }
    }

    /// <summary>Something is being sent. Counted before its ack can come: an ack that came first would be lost, and the room with it.</summary>
    /// <param name="bytes">At least 0.</param>
    public void Sent(long bytes)
    {
        lock (_lock)
        {
            _totalSent += bytes;
            if (_size > 0) _outstanding += bytes;
        }
    }

    /// <summary>The client is done with something.</summary>
    /// <param name="bytes">At least 0.</param>
    public void Ack(long bytes)
    {
        lock (_lock)
        {
            _outstanding = Math.Max(0, _outstanding - bytes);
        }
    }
}
