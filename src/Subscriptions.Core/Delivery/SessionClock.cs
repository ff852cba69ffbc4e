namespace Subscriptions.Core.Delivery;

/// <summary>When a conversation is due for a heartbeat, when its worker has been silent for too long, and when an ack is overdue. Not thread-safe.</summary>
/// <param name="timing">The server's settings.</param>
/// <param name="ackTimeout">How long the oldest unacked batch may take; null: without limit.</param>
/// <param name="now">The time: the worker has just spoken.</param>
internal sealed class SessionClock(DeliveryOptions timing, TimeSpan? ackTimeout, DateTimeOffset now)
{
    private DateTimeOffset _lastHeard = now;
    private DateTimeOffset _lastHeartbeat = now;
    private DateTimeOffset? _ackDueAt;

    /// <summary>When, at the latest, something is due.</summary>
    public DateTimeOffset NextTickAt
    {
        get
        {
            var next = _lastHeartbeat + timing.HeartbeatInterval;
            var silent = _lastHeard + timing.SilenceTimeout;
            if (silent < next) next = silent;
            return _ackDueAt is { } due && due < next ? due : next;
        }
    }

    /// <summary>The worker spoke.</summary>
    public void Hear(DateTimeOffset now) => _lastHeard = now;

    /// <summary>For how long the worker has been silent; null: not too long.</summary>
    public TimeSpan? SilentFor(DateTimeOffset now) => now - _lastHeard is var silence && silence >= timing.SilenceTimeout ? silence : null;

    /// <summary>A batch has become the oldest that is unacked, or was extended.</summary>
    public void AwaitAck(DateTimeOffset now) => _ackDueAt = now + ackTimeout;

    /// <summary>Nothing is unacked.</summary>
    public void AwaitNoAck() => _ackDueAt = null;

    /// <summary>Whether the oldest unacked batch has been with the worker for too long.</summary>
    public bool IsAckOverdue(DateTimeOffset now) => _ackDueAt <= now;

    /// <summary>Whether a heartbeat is due; the next one is due an interval later.</summary>
    public bool TryBeat(DateTimeOffset now)
    {
        if (now - _lastHeartbeat < timing.HeartbeatInterval) return false;
        _lastHeartbeat = now;
        return true;
    }
}
