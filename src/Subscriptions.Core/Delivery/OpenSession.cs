using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>The part of a conversation that has the lease: carries out what <see cref="WorkerSession"/> wants.</summary>
internal sealed class OpenSession : IAsyncDisposable
{
    private readonly ISessionSubscription _subscription;
    private readonly SessionServices _services;
    private readonly SessionInbox _inbox;
    private readonly OutboundQueue _outbound;
    private readonly SessionTicker.Entry _tick;
    private readonly SessionOptions _options;
    private readonly SessionFigures _figures;
    private readonly CancellationTokenSource _stop = new();
    private SessionSource? _source;
    private FeedReader? _reader;
    private BatchBuilder? _builder;
    private Task _building = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private Task _pausing = Task.CompletedTask;
    private CancellationTokenSource _stopBuilding = new();
    private FencingToken _token;

    public OpenSession(
        ISessionSubscription subscription,
        SessionServices services,
        SessionInbox inbox,
        OutboundQueue outbound,
        SessionTicker.Entry tick,
        SessionOptions options)
    {
        _subscription = subscription;
        _services = services;
        _inbox = inbox;
        _outbound = outbound;
        _tick = tick;
        _options = options;
        _figures = new SessionFigures(subscription.Figures, services.Observer);
    }

    /// <summary>Tells the worker that it has the lease, and delivers until the conversation ends.</summary>
    /// <exception cref="EngineException">It ended for this reason.</exception>
    public async Task RunAsync(SubscriptionProgress progress)
    {
        var source = _source = _subscription.Begin(progress);
        _token = progress.Token;
        var start = CursorRewind.Apply(progress.Cursor, source.Feed.Partitions, !source.Definition.IncludeDeletes, out var rewound);
        _reader = new FeedReader(source.Feed, start, source.Collection, !source.Definition.IncludeDeletes);
        _builder = new BatchBuilder(_reader, source.Matcher, _options, _services.Timing.ScanSaveDocuments);

        // Durable before anybody goes on from there: the old cursor would look right again as soon as new changes have passed it.
        if (rewound is not null) await SaveRewoundAsync(start);
        _outbound.Send(new ServerMessage.Opened(_token, start, source.Definition, _options, _services.Timing));
        if (rewound is not null) Send(new ServerMessage.Rewound(progress.Cursor, start, rewound));

        var session = new WorkerSession(_options, _services.Timing, start, _services.Time.GetUtcNow());
        var isOver = CarryOut(session.Start());
        while (!isOver)
        {
            _tick.Due(session.NextTickAt);
            var @event = (SessionEvent)await _inbox.ReadAsync(CancellationToken.None);
            if (@event is SessionEvent.Flushed && _outbound.IsBusy) continue;
            var effects = session.Handle(@event, _services.Time.GetUtcNow());
            _figures.InFlight(session.BatchesInFlight, session.ChangesInFlight);
            isOver = CarryOut(effects);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _stopBuilding.CancelAsync();
        await Task.WhenAll(_building, _saving, _pausing);
        _figures.Dispose();
        _reader?.Dispose();
        _stopBuilding.Dispose();
        _stop.Dispose();
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
                    _outbound.Send(new ServerMessage.Heartbeat(_reader!.Lag, _source!.Feed.Partitions.Sum(p => p.HighSeqno)));
                    break;
                case SessionEffect.Build build:
                    _building = BuildAsync(_building, build, _stopBuilding.Token);
                    break;
                case SessionEffect.Seek(var token):
                    _figures.Nacked();
                    _building = SeekAsync(_building, token);
                    break;
                case SessionEffect.Save save:
                    _saving = SaveAsync(save);
                    break;
                case SessionEffect.Pause(var delay, var generation):
                    _pausing = PauseAsync(delay, generation);
                    break;
                case SessionEffect.Finish(var reason):
                    return reason is null ? true : throw reason;
            }
        }

        return false;
    }

    private async Task SaveRewoundAsync(ResumeToken cursor)
    {
        ProgressOutcome outcome;
        try
        {
            outcome = await _subscription.SaveAsync(new ProgressUpdate(_subscription.Id, _token, cursor, AckedAt: null), CancellationToken.None);
        }
        catch (Exception e)
        {
            throw StoreErrors.ToEngineException(e);
        }

        if (outcome != ProgressOutcome.Saved) throw WorkerSession.NotSaved(outcome);
    }

    private void Send(ServerMessage message)
    {
        // Counted first: who has read the message finds it in the figures.
        _figures.Sent(message);
        _outbound.Send(message);
    }

    // Never throws: what it came to is an event.
    private async Task BuildAsync(Task before, SessionEffect.Build build, CancellationToken cancellationToken)
    {
        try
        {
            // Elsewhere than the session's loop: a long read or filter must not delay acks.
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (build.WaitFirst) await _reader!.WaitAsync(cancellationToken);
            var built = await _builder!.BuildAsync(cancellationToken);
            _subscription.Figures.Scanned(built.Scanned);
            _inbox.Post(new SessionEvent.Built(build.Generation, built));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Sent back or closed: nobody waits for this build.
        }
        catch (Exception e)
        {
            _inbox.Post(new SessionEvent.Ended(StoreErrors.ToEngineException(e)));
        }
    }

    private async Task SeekAsync(Task building, ResumeToken token)
    {
        var stopped = _stopBuilding;
        _stopBuilding = new CancellationTokenSource();
        await stopped.CancelAsync();
        await building;
        stopped.Dispose();
        _reader!.Seek(token);
    }

    // Never throws: what it came to is an event.
    private async Task SaveAsync(SessionEffect.Save save)
    {
        try
        {
            var update = new ProgressUpdate(_subscription.Id, _token, save.Cursor, save.AckedAt);
            var outcome = await _subscription.SaveAsync(update, CancellationToken.None);
            _inbox.Post(new SessionEvent.Saved(outcome, save.Cursor, save.ThroughBatch));
        }
        catch (Exception e)
        {
            _inbox.Post(new SessionEvent.SaveFailed(StoreErrors.ToEngineException(e)));
        }
    }

    private async Task PauseAsync(TimeSpan delay, int generation)
    {
        try
        {
            await Task.Delay(delay, _services.Time, _stop.Token);
            _inbox.Post(new SessionEvent.PauseOver(generation));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closed meanwhile.
        }
    }
}
