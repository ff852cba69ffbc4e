using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.History;

/// <summary>One connection's part in its subscription's history. Thread-safe: everything is under the history's lock.</summary>
internal sealed class ConnectionHistory
{
    // What others say is kept a few hundred times.
    private const int MostText = 256;

    private readonly SubscriptionHistory _history;
    private readonly Lock _gate;
    private readonly WorkerInfo _worker;
    private readonly DateTimeOffset _askedAt;

    // Sent and not confirmed, by id: bounded by the worker's window.
    private readonly List<BatchTrack> _out = [];
    private ConnectionState _state = ConnectionState.Asking;
    private WorkerFigures _figures;
    private int _place;
    private DateTimeOffset? _grantedAt;
    private DateTimeOffset? _endedAt;
    private EngineException? _reason;

    public ConnectionHistory(SubscriptionHistory history, Lock gate, long id, WorkerInfo worker, DateTimeOffset now)
    {
        _history = history;
        _gate = gate;
        _worker = worker;
        _askedAt = now;
        Id = id;
    }

    public long Id { get; }

    public string WorkerName => _worker.Name;

    public FencingToken? Token { get; private set; }

    public ConnectionRecord RecordLocked => new(Id, _worker, _state, _askedAt)
    {
        Place = _place,
        GrantedAt = _grantedAt,
        EndedAt = _endedAt,
        Token = Token,
        EndReason = _reason?.Code,
        EndMessage = Cut(_reason?.Message ?? ""),
        Figures = _figures,
    };

    /// <summary>It is in the queue.</summary>
    public void Waits(int place)
    {
        lock (_gate)
        {
            _state = ConnectionState.Waiting;
            _place = place;
            TellLocked();
        }
    }

    /// <summary>It has the subscription.</summary>
    public void Granted(FencingToken token, DateTimeOffset now)
    {
        lock (_gate)
        {
            _state = ConnectionState.Active;
            _place = 0;
            _grantedAt = now;
            Token = token;
            TellLocked();
        }
    }

    /// <summary>A batch is on its way.</summary>
    public void Sending(Batch batch, int redelivered, DateTimeOffset builtAt, DateTimeOffset now)
    {
        lock (_gate)
        {
            var track = new BatchTrack(this, batch.Id)
            {
                Items = batch.Items.Count,
                Redelivered = redelivered,
                Attempt = batch.Attempts?.Max() ?? 1,
                Bytes = batch.Bytes,
                BuiltAt = builtAt,
                SendingAt = now,
            };
            _out.Add(track);
            _history.AddLocked(track);
            _figures = _figures with
            {
                Batches = _figures.Batches + 1,
                Items = _figures.Items + track.Items,
                Redelivered = _figures.Redelivered + redelivered,
                Bytes = _figures.Bytes + track.Bytes,
                BatchesInFlight = _figures.BatchesInFlight + 1,
                ItemsInFlight = _figures.ItemsInFlight + track.Items,
            };
            TellLocked(track);
        }
    }

    /// <summary>The network has taken all of a batch.</summary>
    public void Sent(long batchId, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_out.FindLast(b => b.BatchId == batchId) is not { SentAt: null } track) return;
            track.SentAt = now;
            if (track.State == BatchState.Sending) track.State = BatchState.Sent;
            TellLocked(track);
        }
    }

    /// <summary>An ack came, of a batch and all before it.</summary>
    public void Acked(long throughBatch, DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var track in _out)
            {
                if (track.BatchId > throughBatch || track.AckedAt is not null) continue;

                // Who acks has read it, even if the network has not reported that yet.
                track.SentAt ??= now;
                track.AckedAt = now;
                track.State = BatchState.Acked;
                LandedLocked(track);
                TellLocked(track);
            }

            _figures = _figures with { LastAckAt = now };
        }
    }

    /// <summary>The acks of a batch and all before it are durable.</summary>
    public void Confirmed(long throughBatch, DateTimeOffset now)
    {
        lock (_gate)
        {
            var count = 0;
            while (count < _out.Count && _out[count].BatchId <= throughBatch) EndLocked(_out[count++], BatchState.Confirmed, now);
            _out.RemoveRange(0, count);
            _figures = _figures with { Acks = _figures.Acks + count };
        }
    }

    /// <summary>A batch came back, and with it those after it that were not acked.</summary>
    public void Nacked(long batchId, string reason, DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var track in _out)
            {
                if (track.BatchId < batchId || track.AckedAt is not null) continue;
                track.NackReason = Cut(reason);
                LandedLocked(track);
                EndLocked(track, BatchState.Nacked, now);
            }

            _out.RemoveAll(b => b.State == BatchState.Nacked);
            _figures = _figures with { Nacks = _figures.Nacks + 1 };
        }
    }

    /// <summary>The worker failed items one by one.</summary>
    public void Failed(int items)
    {
        lock (_gate) _figures = _figures with { Failed = _figures.Failed + items };
    }

    /// <summary>It is over. Harmless when repeated.</summary>
    /// <param name="reason">Why; null when the worker ended it in order.</param>
    /// <param name="isGone">The worker was not there any more.</param>
    /// <param name="now">The time.</param>
    public void Ended(EngineException? reason, bool isGone, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_endedAt is not null) return;
            foreach (var track in _out)
            {
                if (track.AckedAt is null) LandedLocked(track);
                EndLocked(track, BatchState.Lost, now);
            }

            _out.Clear();
            _endedAt = now;
            _place = 0;
            if (isGone) _state = ConnectionState.Lost;
            else if (reason is null) _state = ConnectionState.Finished;
            else (_state, _reason) = (_grantedAt is null ? ConnectionState.Refused : ConnectionState.Closed, reason);
            _history.OverLocked(this);
            TellLocked();
        }
    }

    private void LandedLocked(BatchTrack track) => _figures = _figures with
    {
        BatchesInFlight = _figures.BatchesInFlight - 1,
        ItemsInFlight = _figures.ItemsInFlight - track.Items,
    };

    private void EndLocked(BatchTrack track, BatchState state, DateTimeOffset now)
    {
        track.State = state;
        track.EndedAt = now;
        TellLocked(track);
    }

    private void TellLocked(BatchTrack track)
    {
        if (_history.IsWatchedLocked) _history.PublishLocked(new HistoryEvent.Batch(track.ToRecord()));
    }

    private void TellLocked()
    {
        if (_history.IsWatchedLocked) _history.PublishLocked(new HistoryEvent.Connection(RecordLocked));
    }

    private static string Cut(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, MostText - 1), "…");
}
