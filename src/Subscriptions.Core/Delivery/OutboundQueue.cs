namespace Subscriptions.Core.Delivery;

/// <summary>
/// The one writer of a connection: messages leave in order, one at a time, without making the session wait. What it holds is bounded by
/// the session, which has at most one batch on the way. Used by one thread at a time, but for the writes' own continuations.
/// </summary>
internal sealed class OutboundQueue(
    IWorkerConnection connection, Action<ServerMessage> onSent, Action onFlushed, Action<Exception> onFailed, CancellationToken cancellationToken)
{
    private readonly Lock _lock = new();
    private readonly Queue<ServerMessage> _waiting = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;

    /// <summary>True while something has not left.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock) return _isWriting;
        }
    }

    /// <summary>Sends a message when all before it have left.</summary>
    public void Send(ServerMessage message)
    {
        lock (_lock)
        {
            _waiting.Enqueue(message);
            if (_isWriting) return;
            _isWriting = true;
        }

        _writing = WriteAllAsync();
    }

    /// <summary>Waits until everything has left, or for as long as given.</summary>
    /// <returns>False when time was up.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, TimeProvider time)
    {
        try
        {
            await _writing.WaitAsync(timeout, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Never throws: a failure is reported, and nothing more is sent.
    private async Task WriteAllAsync()
    {
        try
        {
            while (true)
            {
                ServerMessage? message;
                lock (_lock)
                {
                    if (!_waiting.TryDequeue(out message))
                    {
                        _isWriting = false;
                        break;
                    }
                }

                await connection.SendAsync(message, cancellationToken);
                onSent(message);
            }

            onFlushed();
        }
        catch (Exception e)
        {
            onFailed(e);
        }
    }
}
