namespace Subscriptions.Server.Hosting;

/// <summary>Counts requests from their arrival until the last byte of their answer has been handed to the network. Thread-safe.</summary>
internal sealed class ActiveRequests
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>A request has arrived.</summary>
    public void Enter(HttpResponse response)
    {
        lock (_lock) _count++;
        response.OnCompleted(
            static state =>
            {
                ((ActiveRequests)state).Leave();
                return Task.CompletedTask;
            },
            this);
    }

    /// <summary>Waits for a moment without requests.</summary>
    public Task WaitForNoneAsync()
    {
        lock (_lock)
        {
            if (_count == 0) return Task.CompletedTask;
            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_count > 0) return;
            _none?.TrySetResult();
            _none = null;
        }
    }
}
