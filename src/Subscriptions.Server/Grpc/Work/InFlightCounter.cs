namespace Subscriptions.Server.Grpc.Work;

/// <summary>
/// How many batches a worker has and has not acked, as seen on its connection. One thread tells what was sent, one what came back, any reads.
/// </summary>
internal sealed class InFlightCounter
{
    private readonly Lock _lock = new();
    private long _sent;
    private long _acked;

    /// <summary>The number now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return (int)(_sent - _acked);
        }
    }

    /// <summary>A batch was sent; ids increase by one, and go back after a nack.</summary>
    public void Sent(long batchId)
    {
        lock (_lock) _sent = batchId;
    }

    /// <summary>A batch and all before it came back done. What was never sent does not count.</summary>
    public void Acked(long batchId)
    {
        lock (_lock) _acked = Math.Clamp(batchId, _acked, _sent);
    }

    /// <summary>A batch and all behind it came back undone.</summary>
    public void Nacked(long batchId)
    {
        lock (_lock) _sent = Math.Clamp(batchId - 1, _acked, _sent);
    }
}
