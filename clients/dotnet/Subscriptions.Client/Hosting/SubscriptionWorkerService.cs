using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>Makes the handler of one batch.</summary>
/// <param name="scope">The batch's scope.</param>
/// <param name="options">The worker's options.</param>
/// <param name="logger">Where the worker logs.</param>
internal delegate ISubscriptionHandler HandlerFactory(IServiceProvider scope, SubscriptionHandlerOptions options, ILogger logger);

/// <summary>Runs a handler on a subscription's batches, one after the other, as long as the host runs.</summary>
/// <typeparam name="THandler">The application's handler, after which the log is named.</typeparam>
internal sealed partial class SubscriptionWorkerService<THandler> : BackgroundService
    where THandler : class
{
    // Lazy: a host makes its services before it validates options. Whoever asked for them then would hide what is wrong elsewhere.
    private readonly Lazy<SubscriptionHandlerOptions> _options;
    private readonly Lazy<SubscriptionsClient> _client;
    private readonly Lazy<ClientTelemetry> _telemetry;
    private readonly HandlerFactory _handlers;
    private readonly IServiceScopeFactory _scopes;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<SubscriptionWorkerService<THandler>> _logger;
    private int _failuresInARow;

    public SubscriptionWorkerService(
        Lazy<SubscriptionHandlerOptions> options,
        Lazy<SubscriptionsClient> client,
        HandlerFactory handlers,
        IServiceScopeFactory scopes,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILogger<SubscriptionWorkerService<THandler>> logger)
    {
        _options = options;
        _client = client;
        _handlers = handlers;
        _scopes = scopes;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
        _telemetry = new Lazy<ClientTelemetry>(() => new ClientTelemetry(client.Value.Address, time));
    }

    private SubscriptionHandlerOptions Options => _options.Value;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A client that is not registered fails the start, not the first batch.
        _ = _client.Value;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var worker = _client.Value.OpenWorker(Options);
            await using (worker.ConfigureAwait(false))
            {
                await foreach (var batch in worker.ReadBatchesAsync(stoppingToken).ConfigureAwait(false))
                {
                    await ProcessAsync(batch, stoppingToken).ConfigureAwait(false);
                }
            }

            Log.Drained(_logger, Options.Database, Options.Subscription);
            StopHost(exitCode: null);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopped(_logger, Options.Database, Options.Subscription);
        }
        catch (HandlerFailedException e)
        {
            Log.HandlerEndedWorker(_logger, Options.Database, Options.Subscription, e.InnerException!);
            StopHost(exitCode: 1, always: true);
        }
        catch (Exception e)
        {
            // Never silently: a worker that has ended is work that is not done.
            Log.EndedForGood(_logger, Options.Database, Options.Subscription, Options.OnEnd, e);
            StopHost(exitCode: 1);
        }
    }

    private async Task ProcessAsync(SubscriptionBatch batch, CancellationToken stoppingToken)
    {
        using var drained = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var onStop = stoppingToken.UnsafeRegister(_ => drained.CancelAfter(Options.DrainTimeout), null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(batch.LeaseLost, drained.Token);
        try
        {
            await HandleAsync(batch, either.Token).ConfigureAwait(false);
            if (!batch.IsSettled)
            {
                await batch.AckAsync(drained.Token).ConfigureAwait(false);
            }

            _failuresInARow = 0;
        }
        catch (Exception e) when (batch.LeaseLost.IsCancellationRequested || e is SubscriptionLeaseLostException)
        {
            Log.LeaseLost(_logger, batch.BatchId, Options.Database, Options.Subscription, e);
        }
        catch (OperationCanceledException) when (drained.IsCancellationRequested)
        {
            Log.NotDrained(_logger, batch.BatchId, Options.Database, Options.Subscription, Options.DrainTimeout);
        }
        catch (SubscriptionsException e) when (batch.IsSettled)
        {
            Log.LeaseLost(_logger, batch.BatchId, Options.Database, Options.Subscription, e);
        }
        catch (Exception e)
        {
            await OnHandlerErrorAsync(batch, e, drained.Token).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        using var process = _telemetry.Value.Begin(ClientOperation.Process, Options.Database, batch, Options.Subscription);
        try
        {
            var scope = _scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                await _handlers(scope.ServiceProvider, Options, _logger).HandleAsync(batch, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            process.Fail(e);
            throw;
        }
    }

    private async Task OnHandlerErrorAsync(SubscriptionBatch batch, Exception error, CancellationToken drained)
    {
        var action = Options.OnHandlerError;
        var delay = action == HandlerErrorAction.NackBatch ? NextDelay() : TimeSpan.Zero;
        if (!batch.IsSettled)
        {
            try
            {
                await SettleAsync(batch, action, error.Message, delay, drained).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (drained.IsCancellationRequested)
            {
                Log.NotDrained(_logger, batch.BatchId, Options.Database, Options.Subscription, Options.DrainTimeout);
            }
            catch (SubscriptionLeaseLostException)
            {
                Log.LeaseLost(_logger, batch.BatchId, Options.Database, Options.Subscription, error);
            }
        }

        switch (action)
        {
            case HandlerErrorAction.StopHost:
                throw new HandlerFailedException(error);
            case HandlerErrorAction.NackBatch:
                Log.HandlerFailed(_logger, batch.BatchId, batch.Items.Count, Options.Database, Options.Subscription, delay, error);
                break;
            default:
                Log.HandlerFailedAndGoesOn(_logger, batch.BatchId, batch.Items.Count, Options.Database, Options.Subscription, action, error);
                break;
        }
    }

    private static async Task SettleAsync(
        SubscriptionBatch batch, HandlerErrorAction action, string reason, TimeSpan delay, CancellationToken drained)
    {
        if (action is HandlerErrorAction.NackBatch or HandlerErrorAction.StopHost)
        {
            await batch.NackAsync(reason, delay, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        if (action == HandlerErrorAction.NackItems)
        {
            await batch.NackItemsAsync([.. batch.Items.Select(item => item.Id)], reason, delay: null, CancellationToken.None).ConfigureAwait(false);
        }

        await batch.AckAsync(drained).ConfigureAwait(false);
    }

    private TimeSpan NextDelay()
    {
        var factor = Math.Pow(2, Math.Min(_failuresInARow++, 30));
        var delay = Options.RetryDelay * factor;
        return delay < Options.MaxRetryDelay ? delay : Options.MaxRetryDelay;
    }

    private void StopHost(int? exitCode, bool always = false)
    {
        if (!always && Options.OnEnd == WorkerEndAction.StopWorker)
        {
            return;
        }

        if (exitCode is { } code && Environment.ExitCode == 0)
        {
            Environment.ExitCode = code;
        }

        _lifetime.StopApplication();
    }

    /// <summary>Carries a handler's exception out of the reading of batches.</summary>
    private sealed class HandlerFailedException(Exception error) : Exception(error.Message, error);
}
