using System.Threading.Tasks.Sources;

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
    public void Set() => Raise()?.GoOn(isHere: false);

    /// <summary>Raises the level. A waiter goes on inside this call, as far as it gets without waiting: not to be made under a lock.</summary>
    public void SetAndRun() => Raise()?.GoOn(isHere: true);

    /// <summary>Waits until the level is raised, and lowers it.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the level is as it was.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(this);
            _waiters.AddLast(waiter);
        }

        return waiter.WaitAsync(cancellationToken);
    }

    private Waiter? Raise()
    {
        lock (_lock)
        {
            var waiter = _waiters.First?.Value;
            if (waiter is null) _isSet = true;
            else _waiters.RemoveFirst();
            return waiter;
        }
    }

    private bool TryRemove(Waiter waiter)
    {
        lock (_lock) return _waiters.Remove(waiter);
    }

    // One wait: whoever takes it from the list completes it.
    private sealed class Waiter(AsyncSignal signal) : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _wait;
        private CancellationTokenRegistration _registration;

        public ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            _registration = cancellationToken.UnsafeRegister(static (w, token) => ((Waiter)w!).GiveUp(token), this);
            return new ValueTask(this, _wait.Version);
        }

        public void GoOn(bool isHere)
        {
            _wait.RunContinuationsAsynchronously = !isHere;
            _wait.SetResult(true);
        }

        public void GetResult(short token)
        {
            _registration.Dispose();
            _wait.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, flags);

        // One that was woken before stays awake: nobody else would get the signal.
        private void GiveUp(CancellationToken cancellationToken)
        {
            if (!signal.TryRemove(this)) return;

            _wait.RunContinuationsAsynchronously = true;
            _wait.SetException(new OperationCanceledException(cancellationToken));
        }
    }
}
