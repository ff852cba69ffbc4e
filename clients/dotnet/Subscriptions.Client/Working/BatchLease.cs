namespace Subscriptions.Client;

/// <summary>
/// What the worker holds a batch by. <see cref="BatchLedger"/> alone changes its state, under its lock; anybody may read it.
/// </summary>
internal sealed class BatchLease(long batchId)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _loss;
    private TaskCompletionSource? _confirmation;
    private volatile BatchLeaseState _state;
    private bool _isCancelled;

    public long BatchId { get; } = batchId;

    /// <summary>
    /// When the batch came, and once it was handed out, when that was: a timestamp of the time provider. Of the ledger, under its lock.
    /// </summary>
    public long Since { get; set; }

    /// <summary>The span in which the batch was acked; null when that is not recorded. Of the ledger, under its lock.</summary>
    public string? AckTraceParent { get; set; }

    public BatchLeaseState State
    {
        get => _state;
        set => _state = value;
    }

    public bool IsSettled => State is
        BatchLeaseState.AckDue or BatchLeaseState.AckSent or BatchLeaseState.Confirmed or BatchLeaseState.Nacked;

    /// <summary>Cancelled by <see cref="Cancel"/>. Made when it is first asked for: most batches are dealt with before anybody does.</summary>
    public CancellationToken Lost
    {
        get
        {
            lock (_gate)
            {
                if (_isCancelled)
                {
                    return new CancellationToken(canceled: true);
                }

                _loss ??= new CancellationTokenSource();
                return _loss.Token;
            }
        }
    }

    /// <summary>Completed by the ledger: when the ack is durable, or with what came between.</summary>
    public TaskCompletionSource Confirmation
    {
        get
        {
            lock (_gate)
            {
                return _confirmation ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>
    /// Cancels <see cref="Lost"/>. Runs the application's callbacks, so never under a lock.
    /// </summary>
    /// <exception cref="AggregateException">What the callbacks threw.</exception>
    public void Cancel()
    {
        CancellationTokenSource? loss;
        lock (_gate)
        {
            _isCancelled = true;
            loss = _loss;
        }

        loss?.Cancel();
    }
}
