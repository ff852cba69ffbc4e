namespace Subscriptions.Core.Concurrency;

/// <summary>
/// A level that waiters sleep on: setting it wakes the waiter that came first, or lets the next wait return at once; a wait that returns
/// lowers it. Setting it many times while nobody waits is the same as once. Thread-safe.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private bool _isSet;

    /// <summary>Raises the level. The waiter goes on elsewhere, never inside this call.</summary>
    public void Set()
    {
        Waiter? waiter;
        lock (_lock)
        {
            waiter = _waiters.First?.Value;
            if (waiter is null) _isSet = true;
            else _waiters.RemoveFirst();
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits until the level is raised, and lowers it.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the level is as it was.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var waiter = new Waiter(this);
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiters.AddLast(waiter);
        }

        // The waiter's own task is awaited, and nothing around it: its continuation then goes where the waiter came from.
        using var registration = cancellationToken.UnsafeRegister(static (w, token) => ((Waiter)w!).GiveUp(token), waiter);
        await waiter.Task;
    }

    private sealed class Waiter(AsyncSignal signal) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        // One that was woken before stays awake: nobody else would get the signal.
        public void GiveUp(CancellationToken cancellationToken)
        {
            bool isWaiting;
            lock (signal._lock) isWaiting = signal._waiters.Remove(this);
            if (isWaiting) TrySetCanceled(cancellationToken);
        }
    }
}
