namespace Subscriptions.Core.Concurrency;

/// <summary>
/// A level that one waiter sleeps on: setting it wakes the waiter, or the next wait returns at once; a wait that returns lowers it.
/// Setting it many times is the same as once. Thread-safe; one waiter at a time.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    /// <summary>Raises the level. The waiter goes on elsewhere, never inside this call.</summary>
    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            _isSet = waiter is null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits until the level is raised, and lowers it.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the level is as it was.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Task wait;
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = _waiter.Task;
        }

        try
        {
            await wait.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abandon(wait);
            throw;
        }
    }

    // A signal that arrived together with the cancellation must not be lost on the next waiter.
    private void Abandon(Task wait)
    {
        lock (_lock)
        {
            if (_waiter?.Task == wait) _waiter = null;
            else _isSet = true;
        }
    }
}
