namespace Subscriptions.Core.Concurrency;

/// <summary>
/// A level that waiters sleep on: setting it wakes the waiter that came first, or lets the next wait return at once; a wait that returns
/// lowers it. Setting it many times while nobody waits is the same as once. Thread-safe.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiters = [];
    private bool _isSet;

    /// <summary>Raises the level. The waiter goes on elsewhere, never inside this call.</summary>
    public void Set()
    {
        TaskCompletionSource? waiter;
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
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiters.AddLast(waiter);
        }

        try
        {
            await waiter.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abandon(waiter);
            throw;
        }
    }

    // A signal that arrived together with the cancellation must not be lost on the next waiter.
    private void Abandon(TaskCompletionSource waiter)
    {
        bool isTaken;
        lock (_lock) isTaken = !_waiters.Remove(waiter);
        if (isTaken) Set();
    }
}
