using System.Collections.Concurrent;

namespace Subscriptions.Core.Tests.Leases;

/// <summary>
/// Runs what continues under it when it is told to, so that a test sees what has begun and what has not; afterwards as the thread pool does.
/// </summary>
internal sealed class SteppedContext : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private volatile bool _isOver;

    /// <inheritdoc />
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_isOver) base.Post(d, state);
        else _posted.Enqueue((d, state));
    }

    /// <summary>Does something under this context, and all that follows from it and does not wait for anything else.</summary>
    public void Run(Action work)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
            RunUntilIdle();
        }
        finally
        {
            _isOver = true;
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Does all that can be done now.</summary>
    public void RunUntilIdle()
    {
        while (_posted.TryDequeue(out var next)) next.Callback(next.State);
    }
}
