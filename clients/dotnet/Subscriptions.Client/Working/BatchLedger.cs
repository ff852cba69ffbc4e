using System.Threading.Channels;

namespace Subscriptions.Client;

/// <summary>
/// The batches of one connection between their receipt and the confirm of their ack, in the order of their delivery. Decides what may be
/// handed out, acked and given back, and puts acks and nacks into the request stream's queue in an order that the server accepts. Does no
/// I/O and calls nobody back; whatever it returns as lost is to be cancelled by the caller, outside of its lock.
/// </summary>
internal sealed class BatchLedger
{
    private readonly Lock _gate = new();
    private readonly List<BatchLease> _open = [];
    private readonly ChannelWriter<V1.WorkRequest> _requests;
    private readonly TimeProvider _time;
    private readonly Channel<SubscriptionBatch> _ready;
    private int _window = 1;
    private long _nextId = 1;
    private bool _isGoingBack;
    private SubscriptionsException? _end;

    public BatchLedger(ChannelWriter<V1.WorkRequest> requests, TimeProvider time)
    {
        _requests = requests;
        _time = time;

        // Never full: Publish refuses what goes beyond the window, and the largest window is smaller than this. Two readers, as a nack
        // empties it.
        _ready = Channel.CreateBounded<SubscriptionBatch>(new BoundedChannelOptions(WorkerLimits.MostWindow)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = false,
            SingleWriter = true,
        });
    }

    /// <summary>Batches to hand out; completed when the connection ends.</summary>
    public ChannelReader<SubscriptionBatch> Ready => _ready.Reader;

    /// <summary>How many batches may be unacked.</summary>
    public int Window
    {
        get
        {
            lock (_gate)
            {
                return _window;
            }
        }
    }

    /// <summary>True when every batch that came was acked, durably, or given back.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _open.Count == 0;
            }
        }
    }

    /// <summary>Sets the window that the server granted.</summary>
    public void Open(int window)
    {
        lock (_gate)
        {
            _window = window;
        }
    }

    /// <summary>
    /// Judges a chunk by its batch's number: true when it belongs to the batch that comes next, false when it is void, as the server sent
    /// it before it heard of a nack.
    /// </summary>
    /// <exception cref="SubscriptionsException">The number is one that the server may not send.</exception>
    public bool Admit(long batchId)
    {
        lock (_gate)
        {
            if (batchId == _nextId)
            {
                return true;
            }

            return _isGoingBack && batchId > _nextId
                ? false
                : throw Faults.Protocol($"it sent a part of batch {batchId}; batch {_nextId} was to come next");
        }
    }

    /// <summary>Takes a batch that is complete; false when a nack has made it void meanwhile.</summary>
    /// <exception cref="SubscriptionsException">The server went beyond the window.</exception>
    public bool Publish(SubscriptionBatch batch)
    {
        lock (_gate)
        {
            if (_end is not null || batch.BatchId != _nextId)
            {
                return false;
            }

            var unacked = _open.Count(lease => lease.State != BatchLeaseState.AckSent);
            if (unacked >= _window || !_ready.Writer.TryWrite(batch))
            {
                throw Faults.Protocol($"it sent batch {batch.BatchId} while {unacked} were unacked; the window is {_window}");
            }

            batch.Lease.Since = _time.GetTimestamp();
            _open.Add(batch.Lease);
            _nextId++;
            _isGoingBack = false;
            return true;
        }
    }

    /// <summary>False when the batch was lost while it waited.</summary>
    public bool TryHandOut(SubscriptionBatch batch)
    {
        lock (_gate)
        {
            if (batch.Lease.State != BatchLeaseState.Ready)
            {
                return false;
            }

            batch.Lease.State = BatchLeaseState.HandedOut;
            batch.Lease.Since = _time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Notes that the application acked the batch. <see cref="TrySendAcks"/> is to follow.</summary>
    /// <param name="lease">The batch.</param>
    /// <param name="traceParent">The span in which it does; null when that is not recorded.</param>
    /// <returns>Completes with the confirm.</returns>
    public Task Ack(BatchLease lease, string? traceParent)
    {
        lock (_gate)
        {
            if (!lease.IsSettled)
            {
                ThrowIfLost(lease);
                lease.State = BatchLeaseState.AckDue;
                lease.AckTraceParent = traceParent;
            }
            else if (lease.State == BatchLeaseState.Nacked)
            {
                throw Faults.Settled(lease, "nacked");
            }

            return lease.Confirmation.Task;
        }
    }

    /// <summary>
    /// Queues the acks whose turn it is: those that no unacked batch precedes. The server takes an ack for all batches before it too.
    /// </summary>
    /// <returns>False when the queue has no room: wait for it and call again.</returns>
    public bool TrySendAcks()
    {
        lock (_gate)
        {
            foreach (var lease in _open)
            {
                if (lease.State == BatchLeaseState.AckSent)
                {
                    continue;
                }

                if (lease.State != BatchLeaseState.AckDue)
                {
                    return true;
                }

                if (!_requests.TryWrite(Requests.Ack(lease.BatchId, lease.AckTraceParent)))
                {
                    return _end is not null;
                }

                lease.State = BatchLeaseState.AckSent;
            }

            return true;
        }
    }

    /// <summary>Queues a request about a batch that the application holds, ahead of that batch's ack.</summary>
    /// <returns>False when the queue has no room: wait for it and call again.</returns>
    public bool TrySend(BatchLease lease, V1.WorkRequest request)
    {
        lock (_gate)
        {
            ThrowIfNotHeld(lease);
            return _requests.TryWrite(request);
        }
    }

    /// <summary>
    /// Queues heartbeats that extend the unacked batches, each for as long after it came or was handed out as is said here; or one that
    /// extends nothing. When the queue is full, the stream is stuck, and a heartbeat would not get through either.
    /// </summary>
    /// <param name="extendFor">How long; zero: nothing is extended, <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
    public void Beat(TimeSpan extendFor)
    {
        // Under the lock, so that no heartbeat names a batch behind its ack.
        lock (_gate)
        {
            var isSent = false;
            foreach (var lease in _open)
            {
                if (lease.State != BatchLeaseState.AckSent
                    && (extendFor == Timeout.InfiniteTimeSpan || _time.GetElapsedTime(lease.Since) < extendFor))
                {
                    isSent = true;
                    _requests.TryWrite(Requests.Heartbeat(lease.BatchId));
                }
            }

            if (!isSent)
            {
                _requests.TryWrite(Requests.Heartbeat(batchInProgress: 0));
            }
        }
    }

    /// <summary>Queues the nack of a whole batch: it and all after it are the server's again.</summary>
    /// <param name="lease">The batch.</param>
    /// <param name="request">The nack.</param>
    /// <param name="lost">Later batches, which are lost with it.</param>
    /// <returns>False when the queue has no room and nothing was changed: wait for it and call again.</returns>
    public bool TryNack(BatchLease lease, V1.WorkRequest request, out IReadOnlyList<BatchLease> lost)
    {
        lost = [];
        lock (_gate)
        {
            ThrowIfNotHeld(lease);
            if (!_requests.TryWrite(request))
            {
                return false;
            }

            var index = _open.IndexOf(lease);
            var later = _open.GetRange(index + 1, _open.Count - index - 1);
            _open.RemoveRange(index, _open.Count - index);
            lease.State = BatchLeaseState.Nacked;

            // All that is ready is later than what was handed out.
            while (_ready.Reader.TryRead(out _))
            {
            }

            Lose(later, Faults.GivenBack(lease));
            _nextId = lease.BatchId;
            _isGoingBack = true;
            lost = later;
            return true;
        }
    }

    /// <summary>Takes the server's word that the acks of this batch and all before it are durable.</summary>
    /// <exception cref="SubscriptionsException">One of them was not acked.</exception>
    public void Confirm(long batchId)
    {
        lock (_gate)
        {
            while (_open.Count > 0 && _open[0].BatchId <= batchId)
            {
                var lease = _open[0];
                if (lease.State != BatchLeaseState.AckSent)
                {
                    throw Faults.Protocol($"it confirmed the ack of batch {batchId}, but batch {lease.BatchId} was not acked");
                }

                _open.RemoveAt(0);
                lease.State = BatchLeaseState.Confirmed;
                lease.Confirmation.SetResult();
            }
        }
    }

    /// <summary>
    /// Nothing more is published, handed out or acked; acks that are on their way may still be confirmed.
    /// </summary>
    /// <returns>The batches that are lost by it.</returns>
    public IReadOnlyList<BatchLease> Close(SubscriptionsException reason)
    {
        lock (_gate)
        {
            return Stop(reason, keep: BatchLeaseState.AckSent);
        }
    }

    /// <summary>The connection has ended: whatever is not confirmed is lost.</summary>
    /// <returns>The batches that are lost by it.</returns>
    public IReadOnlyList<BatchLease> End(SubscriptionsException reason)
    {
        lock (_gate)
        {
            return Stop(reason, keep: null);
        }
    }

    private List<BatchLease> Stop(SubscriptionsException reason, BatchLeaseState? keep)
    {
        _end ??= reason;
        _ready.Writer.TryComplete();
        while (_ready.Reader.TryRead(out _))
        {
        }

        var lost = _open.FindAll(lease => lease.State != keep);
        _open.RemoveAll(lease => lease.State != keep);
        Lose(lost, reason);
        return lost;
    }

    private static void Lose(List<BatchLease> leases, SubscriptionsException reason)
    {
        foreach (var lease in leases)
        {
            if (lease.State is BatchLeaseState.AckDue or BatchLeaseState.AckSent)
            {
                lease.Confirmation.SetException(Faults.Lost(lease, reason));
            }

            lease.State = BatchLeaseState.Lost;
        }
    }

    private void ThrowIfNotHeld(BatchLease lease)
    {
        ThrowIfLost(lease);
        if (lease.IsSettled)
        {
            throw Faults.Settled(lease, lease.State == BatchLeaseState.Nacked ? "nacked" : "acked");
        }
    }

    private void ThrowIfLost(BatchLease lease)
    {
        if (lease.State == BatchLeaseState.Lost)
        {
            throw Faults.Lost(lease, _end);
        }
    }
}
