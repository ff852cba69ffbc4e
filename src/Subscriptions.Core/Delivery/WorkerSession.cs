using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// The state machine of one worker's conversation after it was opened: events in, effects out; no I/O, no clock, no locks.
/// </summary>
/// <remarks>
/// <para>At most one build, one save and, because a batch is sent only when all before it has left, one batch in memory are under way at a
/// time; a second batch may wait, built, for the window. So a slow worker costs a bounded amount of memory and slows only itself.</para>
/// <para>An ack frees its place in the window at once; its save and the next batch's way to the worker overlap. Acks that arrive during a
/// save share the next one.</para>
/// </remarks>
internal sealed class WorkerSession
{
    private readonly SessionOptions _options;
    private readonly DeliveryOptions _timing;
    private readonly Queue<InFlightBatch> _inFlight = new();
    private readonly Redeliveries _redeliveries = new();
    private readonly SessionProgress _progress;
    private readonly List<SessionEffect> _effects = [];

    private BuiltBatch? _ready;
    private EngineException? _endReason;
    private DateTimeOffset _lastHeard;
    private DateTimeOffset _lastHeartbeat;
    private long _nextBatchId = 1;
    private int _generation;
    private bool _isWriting;
    private bool _isPaused;
    private bool _isCaughtUp;
    private bool _isEnding;
    private bool _isFinished;

    /// <param name="options">What the worker asked for.</param>
    /// <param name="timing">The server's settings.</param>
    /// <param name="start">The stored cursor.</param>
    /// <param name="now">The time.</param>
    public WorkerSession(SessionOptions options, DeliveryOptions timing, ResumeToken start, DateTimeOffset now)
    {
        _options = options;
        _timing = timing;
        _progress = new SessionProgress(start, timing, now);
        _lastHeard = now;
        _lastHeartbeat = now;
    }

    /// <summary>How many batches were sent and not acked.</summary>
    public int BatchesInFlight => _inFlight.Count;

    /// <summary>How many changes are in them.</summary>
    public long ChangesInFlight { get; private set; }

    /// <summary>When, at the latest, the session wants a <see cref="SessionEvent.Tick"/>.</summary>
    public DateTimeOffset NextTickAt
    {
        get
        {
            var next = _lastHeartbeat + _timing.HeartbeatInterval;
            var silent = _lastHeard + _timing.SilenceTimeout;
            if (silent < next) next = silent;
            return _progress.ScanSaveAt is { } save && save < next ? save : next;
        }
    }

    /// <summary>The first effects.</summary>
    public IReadOnlyList<SessionEffect> Start() => [new SessionEffect.Build(_generation, WaitFirst: false)];

    /// <summary>Takes an event; the result is valid until the next call.</summary>
    public IReadOnlyList<SessionEffect> Handle(SessionEvent @event, DateTimeOffset now)
    {
        _effects.Clear();
        if (_isFinished) return _effects;

        switch (@event)
        {
            case SessionEvent.Received(var message):
                _lastHeard = now;
                OnMessage(message, now);
                break;
            case SessionEvent.Built built when built.Generation == _generation && !_isEnding:
                OnBuilt(built.Result);
                break;
            case SessionEvent.Flushed:
                _isWriting = false;
                break;
            case SessionEvent.Saved saved:
                OnSaved(saved, now);
                break;
            case SessionEvent.SaveFailed(var reason):
                _progress.SaveFailed();
                End(reason);
                break;
            case SessionEvent.PauseOver pause when pause.Generation == _generation && !_isEnding:
                _isPaused = false;
                _effects.Add(new SessionEffect.Build(_generation, WaitFirst: false));
                break;
            case SessionEvent.Tick:
                OnTick(now);
                break;
            case SessionEvent.HalfClosed:
                End(null);
                break;
            case SessionEvent.Ended(var reason):
                End(reason);
                break;
        }

        TrySendReady();
        EndWhenDrained();
        TrySave(now);
        TryFinish();
        return _effects;
    }

    /// <summary>Why a conversation ends whose cursor was not saved.</summary>
    public static EngineException NotSaved(ProgressOutcome outcome) => outcome == ProgressOutcome.NotFound
        ? new EngineException(ErrorCode.SubscriptionNotFound, "The subscription was deleted.")
        : new EngineException(ErrorCode.LeaseLost, "The lease has ended; the ack changed nothing. Reconnect.");

    private void OnMessage(WorkerMessage message, DateTimeOffset now)
    {
        if (_isEnding) return;

        switch (message)
        {
            case WorkerMessage.Ack(var batchId):
                OnAck(batchId, now);
                break;
            case WorkerMessage.Nack { ItemIds.Count: > 0 }:
                End(new EngineException(
                    ErrorCode.NotSupported,
                    "nack.item_ids: this server does not retry single items yet; nack the whole batch by leaving item_ids empty.",
                    ("field", "nack.item_ids")));
                break;
            case WorkerMessage.Nack nack:
                OnNack(nack);
                break;
        }
    }

    private void OnAck(long batchId, DateTimeOffset now)
    {
        if (!IsSent("ack", batchId)) return;

        while (_inFlight.TryPeek(out var batch) && batch.Id <= batchId)
        {
            _inFlight.Dequeue();
            ChangesInFlight -= batch.Changes;
            _progress.Acked(batch, now);
            _redeliveries.Acked(batch.Cursor);
        }
    }

    private void OnNack(WorkerMessage.Nack nack)
    {
        if (!IsSent("nack", nack.BatchId)) return;

        var again = _inFlight.SkipWhile(b => b.Id < nack.BatchId).ToList();
        if (again.Count == 0) return;

        var before = _inFlight.Take(_inFlight.Count - again.Count).ToList();
        _inFlight.Clear();
        foreach (var batch in before) _inFlight.Enqueue(batch);
        ChangesInFlight = before.Sum(b => (long)b.Changes);

        _redeliveries.Add(again);
        _nextBatchId = nack.BatchId;
        _ready = null;
        _isCaughtUp = false;
        _generation++;
        _progress.WentBack(again[0].Start);
        _effects.Add(new SessionEffect.Seek(again[0].Start));
        _isPaused = nack.Delay > TimeSpan.Zero;
        _effects.Add(_isPaused
            ? new SessionEffect.Pause(nack.Delay, _generation)
            : new SessionEffect.Build(_generation, WaitFirst: false));
    }

    // A batch that was acked before may be named again: an ack is idempotent. One that was never sent may not.
    private bool IsSent(string what, long batchId)
    {
        if (batchId >= 1 && batchId < _nextBatchId) return true;

        var value = batchId.ToString(CultureInfo.InvariantCulture);
        var sent = _nextBatchId == 1 ? "no batch is" : $"batches 1 to {_nextBatchId - 1} are";
        End(new EngineException(
            ErrorCode.ProtocolViolation,
            $"{what}.batch_id {value} was not sent, or not again after a nack; {sent} out.",
            ("field", $"{what}.batch_id"),
            ("value", value)));
        return false;
    }

    private void OnBuilt(BuiltBatch built)
    {
        _progress.Scanned(built);
        _isCaughtUp = built.IsCaughtUp && built.Items.Count == 0;
        if (built.Items.Count > 0)
        {
            _ready = built;
            return;
        }

        if (built.IsCaughtUp && _progress.TellsCaughtUp()) _effects.Add(new SessionEffect.Send(new ServerMessage.CaughtUp(built.End)));
        _effects.Add(new SessionEffect.Build(_generation, WaitFirst: built.IsCaughtUp));
    }

    private void TrySendReady()
    {
        if (_ready is not { } built || _isWriting || _isPaused || _isEnding) return;
        if (_inFlight.Count >= _options.Window || _nextBatchId - 1 - _progress.ConfirmedBatch >= 2L * _options.Window) return;

        _ready = null;
        var attempts = _redeliveries.AttemptsOf(built.Items);
        var batch = new Batch(_nextBatchId++, built.Items, attempts, built.End) { Bytes = built.Bytes };
        _inFlight.Enqueue(new InFlightBatch(batch.Id, built.Start, built.End, attempts?.Max() ?? 1, built.Items.Count));
        ChangesInFlight += built.Items.Count;
        _isWriting = true;
        _effects.Add(new SessionEffect.Send(new ServerMessage.Deliver(batch)));
        _effects.Add(new SessionEffect.Build(_generation, WaitFirst: false));
    }

    private void TrySave(DateTimeOffset now)
    {
        if (_progress.NextSave(_inFlight.Count == 0 && _ready is null, _isEnding, now) is { } save) _effects.Add(save);
    }

    private void OnSaved(SessionEvent.Saved saved, DateTimeOffset now)
    {
        var confirmed = _progress.Saved(saved, now);
        if (saved.Outcome != ProgressOutcome.Saved)
        {
            End(NotSaved(saved.Outcome));
        }
        else if (confirmed)
        {
            _effects.Add(new SessionEffect.Send(new ServerMessage.AckConfirmed(saved.ThroughBatch, saved.Cursor)));
        }
    }

    private void OnTick(DateTimeOffset now)
    {
        if (_isEnding) return;

        var silence = now - _lastHeard;
        if (silence >= _timing.SilenceTimeout)
        {
            var milliseconds = ((long)silence.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            End(new EngineException(
                ErrorCode.WorkerSilent,
                $"Nothing was heard from the worker for {milliseconds} ms; the limit (silence timeout) is {_timing.SilenceTimeout.TotalMilliseconds} ms.",
                ("silence_ms", milliseconds)));
            return;
        }

        if (now - _lastHeartbeat < _timing.HeartbeatInterval) return;
        _lastHeartbeat = now;
        _effects.Add(new SessionEffect.SendHeartbeat());
    }

    private void EndWhenDrained()
    {
        if (_options.CloseWhenDrained && _isCaughtUp && _inFlight.Count == 0 && !_progress.HasUnconfirmedAcks) End(null);
    }

    private void End(EngineException? reason)
    {
        if (_isEnding) return;
        _isEnding = true;
        _endReason = reason;
        _generation++;
        if (_ready is null) return;

        // Built but never sent: the cursor must not follow the scan past it.
        _progress.WentBack(_ready.Start);
        _ready = null;
    }

    // What the worker acked is saved and confirmed before it is sent away.
    private void TryFinish()
    {
        if (!_isEnding || _progress.IsSaving) return;
        _isFinished = true;
        if (_endReason is not null) _effects.Add(new SessionEffect.Send(new ServerMessage.Closing(_endReason)));
        _effects.Add(new SessionEffect.Finish(_endReason));
    }
}
