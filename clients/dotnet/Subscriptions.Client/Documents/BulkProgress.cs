namespace Subscriptions.Client;

/// <summary>What of a bulk writer's requests is under way, what is durable, and how the stream failed. Thread-safe; calls nobody back.</summary>
/// <param name="address">The server, for messages.</param>
internal sealed class BulkProgress(Uri address)
{
    private readonly Lock _gate = new();
    private readonly Queue<OperationScope> _underWay = new();
    private BulkWriteSummary _durable;
    private SubscriptionsException? _failure;
    private bool _isFailureReported;

    /// <summary>What is durable by now.</summary>
    public BulkWriteSummary Durable
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>Whether somebody was told of the failure.</summary>
    public bool IsFailureReported
    {
        get
        {
            lock (_gate)
            {
                return _isFailureReported;
            }
        }
    }

    /// <summary>A request is about to be sent.</summary>
    public void Send(OperationScope request)
    {
        lock (_gate)
        {
            _underWay.Enqueue(request);
        }
    }

    /// <summary>The oldest request that is under way was answered.</summary>
    /// <exception cref="SubscriptionsException">The answer is to another one.</exception>
    public void Answer(V1.BulkWriteResponse answer)
    {
        lock (_gate)
        {
            if (answer.RequestNumber != _durable.Requests + 1 || !_underWay.TryDequeue(out var send))
            {
                throw Faults.Protocol(
                    $"it answered bulk request {answer.RequestNumber}; {_durable.Requests} were answered and {_underWay.Count} are under way");
            }

            send.Dispose();
            _durable = new BulkWriteSummary(answer.RequestNumber, answer.TotalOperations, _durable.Changed + answer.ChangedCount);
        }
    }

    /// <summary>The stream has ended.</summary>
    /// <param name="failure">Why, if not in order.</param>
    /// <param name="isCompleted">Whether the writer had ended its side.</param>
    public void End(SubscriptionsException? failure, bool isCompleted)
    {
        lock (_gate)
        {
            // A server may end the stream by itself only when the writer has: whatever is added after that would go nowhere.
            if (failure is null && (_underWay.Count > 0 || !isCompleted))
            {
                failure = Faults.EndedWithoutReason(address);
            }

            _failure = failure;
            while (_underWay.TryDequeue(out var send))
            {
                send.Fail(failure!);
                send.Dispose();
            }
        }
    }

    /// <exception cref="SubscriptionsException">The stream has failed.</exception>
    public void ThrowIfFailed()
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                _isFailureReported = true;
                throw _failure;
            }
        }
    }
}
