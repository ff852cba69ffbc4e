using System.Globalization;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// The conversation with a worker that has the lease, as a pure machine: events in, effects out; no I/O, no clock, no threads. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// <para>At most one search is under way at a time and, because a batch is sent only when all before it have left, one batch in memory is on
/// the wire; a second batch may wait, built, for the window. So a slow worker costs a bounded amount of memory and slows only itself. Who
/// shares the subscription takes nothing before there is room for it: others could work on it.</para>
/// <para>An ack frees its place in the window at once; its save and the next batch's way to the worker overlap.</para>
/// </remarks>
internal sealed class WorkerSession
{
    private readonly SessionRules _rules;
    private readonly SessionClock _clock;
    private readonly DeliveryWindow _window;
    private readonly List<SessionEffect> _effects = [];

    private FlowStep? _ready;
    private TimeSpan? _giveBackBuilt;
    private EngineException? _endReason;
    private bool _isBuilding;
    private bool _isWriting;
    private bool _isIdle;
    private bool _isCaughtUp;
    private bool _isDrained;
    private bool _hasToldCaughtUp;
    private bool _isEnding;
    private bool _isFinished;

    /// <param name="rules">What holds for the conversation.</param>
    /// <param name="now">The time.</param>
    public WorkerSession(SessionRules rules, DateTimeOffset now)
    {
        _rules = rules;
        _window = new DeliveryWindow(rules.Options.Window);
        _clock = new SessionClock(rules.Timing, rules.AckTimeout, now);
    }

    /// <summary>How many batches were sent and not acked.</summary>
    public int BatchesInFlight => _window.Count;

    /// <summary>How many items are in them.</summary>
    public long ChangesInFlight => _window.Items;

    /// <summary>When, at the latest, the session wants a <see cref="SessionEvent.Tick"/>.</summary>
    public DateTimeOffset NextTickAt => _clock.NextTickAt;

    /// <summary>The first effects.</summary>
    public IReadOnlyList<SessionEffect> Start()
    {
        Build();
        return _effects;
    }

    /// <summary>Takes an event; the result is valid until the next call.</summary>
    public IReadOnlyList<SessionEffect> Handle(SessionEvent @event, DateTimeOffset now)
    {
        _effects.Clear();
        if (_isFinished) return _effects;

        switch (@event)
        {
            case SessionEvent.Received(var message):
                _clock.Hear(now);
                OnMessage(message, now);
                break;
            case SessionEvent.Built(var step):
                OnBuilt(step);
                break;
            case SessionEvent.Flushed:
                _isWriting = false;
                break;
            case SessionEvent.Saved saved:
                OnSaved(saved);
                break;
            case SessionEvent.Broken(var reason):
                _window.GiveUpUnconfirmed();
                End(reason);
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

        TrySendReady(now);
        EndWhenDrained();
        Build();
        TryFinish();
        return _effects;
    }

    private void OnMessage(WorkerMessage message, DateTimeOffset now)
    {
        if (_isEnding) return;

        switch (message)
        {
            case WorkerMessage.Ack(var batchId):
                OnAck(batchId, now);
                break;
            case WorkerMessage.Nack { ItemIds.Count: > 0 } nack:
                OnItemsNacked(nack);
                break;
            case WorkerMessage.Nack nack:
                OnBatchNacked(nack, now);
                break;
            case WorkerMessage.Heartbeat(var batchId):
                if (_window.IsOut(batchId)) _clock.AwaitAck(now);
                break;
        }
    }

    private void OnAck(long batchId, DateTimeOffset now)
    {
        if (!IsSent("ack", batchId)) return;

        var acked = _window.Ack(batchId);
        if (acked.Count == 0) return;
        _effects.Add(new SessionEffect.Ack(acked, batchId));
        RestartAckClock(now);
    }

    private void OnItemsNacked(WorkerMessage.Nack nack)
    {
        if (!IsSent("nack", nack.BatchId)) return;

        if (_window.ClaimOf(nack.BatchId) is { } claim) _effects.Add(new SessionEffect.Fail(claim, nack));
        else Violate("nack.batch_id", nack.BatchId.ToString(CultureInfo.InvariantCulture), "was acked before; items are nacked before their batch is acked");
    }

    private void OnBatchNacked(WorkerMessage.Nack nack, DateTimeOffset now)
    {
        if (!IsSent("nack", nack.BatchId)) return;

        var again = _window.TakeBack(nack.BatchId);
        if (again.Count == 0) return;

        _isCaughtUp = false;
        RestartAckClock(now);

        var delay = nack.Delay ?? TimeSpan.Zero;
        _effects.Add(new SessionEffect.GiveBack(again, WereSent: true, delay));
        if (_ready?.Claim is { } ready) _effects.Add(new SessionEffect.GiveBack([ready], WereSent: false, delay));
        _ready = null;
        _isIdle = false;
        if (!_isBuilding) return;

        // What is being built lies behind what came back: it comes after it, in its turn.
        _giveBackBuilt = delay;
        _effects.Add(new SessionEffect.StopBuilding());
    }

    // A batch that was acked before may be named again: an ack is idempotent. One that was never sent may not.
    private bool IsSent(string what, long batchId)
    {
        if (_window.WasSent(batchId)) return true;

        var sent = _window.LastBatchId == 0 ? "no batch is" : $"batches 1 to {_window.LastBatchId} are";
        Violate($"{what}.batch_id", batchId.ToString(CultureInfo.InvariantCulture), $"was not sent, or not again after a nack; {sent} out");
        return false;
    }

    private void Violate(string field, string value, string problem) => End(new EngineException(
        ErrorCode.ProtocolViolation, $"{field} {value} {problem}.", ("field", field), ("value", value)));

    private void OnBuilt(FlowStep? step)
    {
        _isBuilding = false;
        if (_isEnding) return;

        if (_giveBackBuilt is { } delay)
        {
            _giveBackBuilt = null;
            if (step?.Claim is { } claim) _effects.Add(new SessionEffect.GiveBack([claim], WereSent: false, delay));
            return;
        }

        if (step is null) return;

        _isIdle = step.IsIdle;
        _isDrained = step.IsDrained;
        _isCaughtUp = step.Built.IsCaughtUp && step.Claim is null;
        if (step.Claim is not null)
        {
            _ready = step;
            _hasToldCaughtUp = false;
        }
        else if (_isCaughtUp && !_hasToldCaughtUp)
        {
            _hasToldCaughtUp = true;
            _effects.Add(new SessionEffect.Send(new ServerMessage.CaughtUp(step.Built.End)));
        }
    }

    private void TrySendReady(DateTimeOffset now)
    {
        if (_ready is not { Claim: { } claim } step || _isWriting || _isEnding || !_window.HasRoom) return;

        _ready = null;
        if (_window.Count == 0) _clock.AwaitAck(now);
        var batch = new Batch(_window.Add(claim, step.Built.Items.Count), step.Built.Items, AttemptsOf(claim), step.Cursor)
        {
            Bytes = step.Built.Bytes,
            Includes = step.Built.Includes,
        };
        _isWriting = true;
        _effects.Add(new SessionEffect.Send(new ServerMessage.Deliver(batch)));
    }

    private static int[]? AttemptsOf(Claim claim) => claim is Stretch { Attempt: 1 }
        ? null
        : [.. Enumerable.Range(0, claim.Items.Count).Select(claim.AttemptOf)];

    private void Build()
    {
        if (_isBuilding || _ready is not null || _isEnding || (_rules.IsShared && !_window.HasRoom)) return;

        _isBuilding = true;
        _effects.Add(new SessionEffect.Build(WaitFirst: _isIdle));
    }

    private void OnSaved(SessionEvent.Saved saved)
    {
        _isDrained = saved.IsDrained;
        if (_window.Confirm(saved.ThroughBatch)) _effects.Add(new SessionEffect.Send(new ServerMessage.AckConfirmed(saved.ThroughBatch, saved.Cursor)));
    }

    private void OnTick(DateTimeOffset now)
    {
        if (_isEnding) return;

        if (_clock.SilentFor(now) is { } silence) End(SessionEndings.Silent(silence, _rules.Timing.SilenceTimeout));
        else if (_clock.IsAckOverdue(now)) End(SessionEndings.AckTimeout(_window.OldestBatchId, _rules.AckTimeout!.Value));
        else if (_clock.TryBeat(now)) _effects.Add(new SessionEffect.SendHeartbeat());
    }

    private void RestartAckClock(DateTimeOffset now)
    {
        if (_window.Count == 0) _clock.AwaitNoAck();
        else _clock.AwaitAck(now);
    }

    private void EndWhenDrained()
    {
        var isAllDone = _window.Count == 0 && _ready is null && _window.IsConfirmed;
        if (_rules.Options.CloseWhenDrained && _isCaughtUp && _isDrained && isAllDone) End(null);
    }

    private void End(EngineException? reason)
    {
        if (_isEnding) return;
        _isEnding = true;
        _endReason = reason;
    }

    // What the worker acked is saved and confirmed before it is sent away.
    private void TryFinish()
    {
        if (!_isEnding || !_window.IsConfirmed) return;
        _isFinished = true;
        if (_endReason is not null) _effects.Add(new SessionEffect.Send(new ServerMessage.Closing(_endReason)));
        _effects.Add(new SessionEffect.Finish(_endReason));
    }
}
