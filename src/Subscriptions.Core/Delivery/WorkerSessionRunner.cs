using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;

namespace Subscriptions.Core.Delivery;

/// <summary>The engine's parts that sessions use.</summary>
/// <param name="Leases">Who may work.</param>
/// <param name="Ticker">The one timer.</param>
/// <param name="Timing">The server's settings.</param>
/// <param name="Time">The clock.</param>
public sealed record SessionServices(SubscriptionLeaseManager Leases, SharedTicker Ticker, DeliveryOptions Timing, TimeProvider Time)
{
    /// <summary>Hears of every batch; null: nobody does.</summary>
    public IDeliveryObserver? Observer { get; init; }

    /// <summary>Draws the jitter of back-offs: random numbers from 0 to 1. Thread-safe.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}

/// <summary>
/// The shell around one worker's conversation: waits for the lease, then feeds <see cref="WorkerSession"/> with what happens and carries out
/// what it wants. One loop owns everything; reading, building, saving and writing run beside it, each at most once at a time.
/// </summary>
public sealed class WorkerSessionRunner
{
    private readonly ISessionSubscription _subscription;
    private readonly SessionServices _services;
    private readonly IWorkerConnection _connection;
    private readonly SessionOptions _options;
    private readonly WorkerInfo _worker;

    /// <summary>Prepares a conversation.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="services">The engine's parts.</param>
    /// <param name="connection">The worker.</param>
    /// <param name="worker">Who it is.</param>
    /// <param name="options">What it asked for.</param>
    public WorkerSessionRunner(
        ISessionSubscription subscription, SessionServices services, IWorkerConnection connection, WorkerInfo worker, SessionOptions options)
    {
        _subscription = subscription;
        _services = services;
        _connection = connection;
        _worker = worker;
        _options = options;
    }

    /// <summary>
    /// Holds the conversation until it ends. On return nothing of it runs any more, its acks are saved or given up, and the lease is free.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the worker's connection is gone.</param>
    /// <exception cref="EngineException">The conversation ended for this reason; returns normally when it ended well.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var history = _subscription.History.Begin(_worker, Now);
        try
        {
            await ConverseAsync(history, cancellationToken);
            history.Ended(reason: null, isGone: false, Now);
        }
        catch (Exception e)
        {
            var reason = StoreErrors.ToEngineException(e);
            history.Ended(reason, cancellationToken.IsCancellationRequested || WorkerGone.Is(reason), Now);
            throw;
        }
    }

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    private async Task ConverseAsync(ConnectionHistory history, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var inbox = new SessionInbox();
        using var tick = _services.Ticker.Register(inbox.PostTick);
        using var gone = cancellationToken.UnsafeRegister(static i => ((SessionInbox)i!).Post(Gone()), inbox);
        var outbound = new OutboundQueue(
            _connection, m => OnSent(m, history), () => inbox.Post(new SessionEvent.Flushed()), _ => inbox.Post(Gone()), stop.Token);
        var receiving = ReceiveAsync(inbox, stop.Token);
        try
        {
            await using var ticket = _services.Leases.Request(_subscription.Id, _worker, inbox);
            var waiting = new LeaseWait(inbox, outbound, tick, _services, history);
            if (await waiting.GrantAsync() is not { } progress) return;

            await using var session = new OpenSession(_subscription, _services, inbox, outbound, tick, _worker, _options, history);
            await session.RunAsync(progress);
        }
        finally
        {
            await outbound.DrainAsync(_services.Timing.ClosingTimeout, _services.Time);
            stop.Cancel();
            await receiving;
        }
    }

    private void OnSent(ServerMessage message, ConnectionHistory history)
    {
        if (message is ServerMessage.Deliver(var batch)) history.Sent(batch.Id, Now);
    }

    private static SessionEvent.Ended Gone() => new(WorkerGone.Reason());

    // Never throws: whatever ends the reading is an event of the session.
    private async Task ReceiveAsync(SessionInbox inbox, CancellationToken cancellationToken)
    {
        try
        {
            while (await _connection.ReceiveAsync(cancellationToken) is { } message) await inbox.PostMessageAsync(message, cancellationToken);
            inbox.Post(new SessionEvent.HalfClosed());
        }
        catch (EngineException e)
        {
            inbox.Post(new SessionEvent.Ended(e));
        }
        catch (Exception)
        {
            // The connection broke, or is being closed: the same to the session.
            inbox.Post(Gone());
        }
    }
}
