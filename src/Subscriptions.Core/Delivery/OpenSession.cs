using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>The part of a conversation that has the lease: carries out what <see cref="WorkerSession"/> wants.</summary>
internal sealed class OpenSession : IAsyncDisposable
{
    private readonly ISessionSubscription _subscription;
    private readonly SessionServices _services;
    private readonly SessionInbox _inbox;
    private readonly OutboundQueue _outbound;
    private readonly SharedTicker.Entry _tick;
    private readonly SessionFigures _figures;
    private readonly FlowMember _member;
    private readonly bool _isShared;
    private SessionSource? _source;
    private SubscriptionFlow? _flow;
    private Task _building = Task.CompletedTask;
    private CancellationTokenSource _stopBuilding = new();

    public OpenSession(
        ISessionSubscription subscription,
        SessionServices services,
        SessionInbox inbox,
        OutboundQueue outbound,
        SharedTicker.Entry tick,
        WorkerInfo worker,
        SessionOptions options,
        ConnectionHistory history)
    {
        _subscription = subscription;
        _services = services;
        _inbox = inbox;
        _outbound = outbound;
        _tick = tick;
        _isShared = worker.Strategy == OpeningStrategy.Concurrent;
        _member = new FlowMember(inbox, worker.Name, options);
        _figures = new SessionFigures(subscription.Figures, services.Observer, history, services.Time);
    }

    /// <summary>Tells the worker that it has the lease, and delivers until the conversation ends.</summary>
    /// <exception cref="EngineException">It ended for this reason.</exception>
    public async Task RunAsync(SubscriptionProgress granted)
    {
        var source = _source = _subscription.Begin(granted);
        (_flow, var rewound) = await _subscription.Flow.JoinAsync(_subscription, source, _member, _isShared, _services);
        var start = _flow.Cursor;
        Send(new ServerMessage.Opened(granted.Token, start, source.Definition, _member.Options, _services.Timing));
        if (rewound is not null) Send(new ServerMessage.Rewound(source.Progress.Cursor, start, rewound));

        var rules = new SessionRules(_member.Options, _services.Timing, source.Definition.AckTimeout, _isShared);
        var session = new WorkerSession(rules, _services.Time.GetUtcNow());
        var isOver = CarryOut(session.Start());
        while (!isOver)
        {
            var flowTickAt = _flow.NextTickAt;
            _tick.Due(flowTickAt < session.NextTickAt ? flowTickAt.Value : session.NextTickAt);
            var @event = (SessionEvent)await _inbox.ReadAsync(CancellationToken.None);
            if (@event is SessionEvent.Flushed && _outbound.IsBusy) continue;
            if (@event is SessionEvent.Tick) _flow.Tick();
            _figures.Happened(@event);
            var effects = session.Handle(@event, _services.Time.GetUtcNow());
            _figures.InFlight(session.BatchesInFlight, session.ChangesInFlight);
            isOver = CarryOut(effects);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopBuilding.Cancel();
        await _building;
        if (_flow is not null) await _flow.LeaveAsync(_member);
        _figures.Dispose();
        _stopBuilding.Dispose();
    }

    private bool CarryOut(IReadOnlyList<SessionEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SessionEffect.Send(var message):
                    Send(message);
                    break;
                case SessionEffect.SendHeartbeat when !_outbound.IsBusy:
                    _outbound.Send(new ServerMessage.Heartbeat(_flow!.Lag, _source!.Feed.Partitions.Sum(p => p.HighSeqno)));
                    break;
                case SessionEffect.Build(var waitFirst):
                    _building = BuildAsync(waitFirst, _stopBuilding.Token);
                    break;
                case SessionEffect.StopBuilding:
                    StopBuilding();
                    break;
                case SessionEffect.Ack(var claims, var throughBatch):
                    _figures.Acked(throughBatch);
                    _flow!.Ack(_member, claims, throughBatch);
                    break;
                case SessionEffect.GiveBack(var claims, var wereSent, var delay):
                    if (wereSent) _figures.Nacked();
                    _flow!.GiveBack(_member, claims, wereSent, delay);
                    break;
                case SessionEffect.Fail(var claim, var nack):
                    Fail(claim, nack);
                    break;
                case SessionEffect.Finish(var reason):
                    return reason is null ? true : throw reason;
            }
        }

        return false;
    }

    private void Send(ServerMessage message)
    {
        // Counted first: who has read the message finds it in the figures.
        _figures.Sent(message);
        _outbound.Send(message);
    }

    // Never throws: what it came to is an event.
    private async Task BuildAsync(bool waitFirst, CancellationToken cancellationToken)
    {
        // Elsewhere than the session's loop: a long read or filter must not delay acks.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            _inbox.Post(new SessionEvent.Built(await _flow!.NextAsync(_member, waitFirst, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _inbox.Post(new SessionEvent.Built(null));
        }
        catch (Exception e)
        {
            _inbox.Post(new SessionEvent.Ended(StoreErrors.ToEngineException(e)));
        }
    }

    private void StopBuilding()
    {
        // Not awaited: the search reports itself. Its source of cancellation has nothing to dispose of but a flag.
        _stopBuilding.Cancel();
        _stopBuilding = new CancellationTokenSource();
    }

    private void Fail(Claim claim, WorkerMessage.Nack nack)
    {
        if (_flow!.Fail(_member, claim, nack.ItemIds, nack.Reason, nack.Delay) is not { } unknown)
        {
            _figures.Failed(nack.ItemIds.Count);
            return;
        }

        _inbox.Post(new SessionEvent.Ended(new EngineException(
            ErrorCode.ProtocolViolation,
            $"nack.item_ids '{unknown}' is not an item of batch {nack.BatchId}; nothing was changed.",
            ("field", "nack.item_ids"),
            ("value", unknown))));
    }
}
