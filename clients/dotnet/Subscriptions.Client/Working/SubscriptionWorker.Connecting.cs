using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <content>Connecting, and what is done when a connection ends.</content>
public sealed partial class SubscriptionWorker
{
    /// <summary>Connects; null when the worker was disposed of.</summary>
    private WorkerConnection? Connect(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_isDisposed)
            {
                return null;
            }

            _policy.Attempting();
            _connection = WorkerConnection.Start(_options, _services, new Observer(this));
            return _connection;
        }
    }

    /// <summary>Waits until it is time to connect again; false when there is nothing to connect for any more.</summary>
    /// <exception cref="SubscriptionsException">The ending is final.</exception>
    private async Task<bool> PauseAsync(ConnectionEnd end, CancellationToken cancellationToken)
    {
        if (end.Failure is null || _disposal.IsCancellationRequested)
        {
            return false;
        }

        if (end.RetryIn is not { } pause)
        {
            throw end.Failure;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        try
        {
            await Task.Delay(pause, _services.Time, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private ConnectionEnd Decide(SubscriptionsException failure, bool wasAnswered)
    {
        if (!failure.IsRetryable)
        {
            return new ConnectionEnd(failure, RetryIn: null);
        }

        if (_policy.Failed(wasAnswered) is { } pause)
        {
            return new ConnectionEnd(failure, pause);
        }

        var message = $"Worker '{WorkerName}' gave '{Database}/{Subscription}' up after {_policy.Attempts} attempts in {_policy.Period} "
            + $"({nameof(SubscriptionWorkerOptions.MaxErroneousPeriod)} is {_options.MaxErroneousPeriod}). The last failure: {failure.Message}";
        return new ConnectionEnd(new WorkerGaveUpException(message, failure, _policy.Attempts, _policy.Period), RetryIn: null);
    }

    private sealed class Observer(SubscriptionWorker worker) : IConnectionObserver
    {
        private readonly ILogger _logger = worker._services.Logger;

        public void OnEvent(WorkerEvent e)
        {
            Log.Event(_logger, worker, e);
            try
            {
                worker._options.OnEvent?.Invoke(e);
            }
            catch (Exception exception)
            {
                OnCallbackFailed(nameof(SubscriptionWorkerOptions.OnEvent), exception);
            }
        }

        public void OnCallbackFailed(string callback, Exception exception) =>
            Log.CallbackFailed(_logger, worker.Database, worker.Subscription, worker.WorkerName, callback, exception);

        public ConnectionEnd OnEnded(SubscriptionsException? failure, bool wasAnswered)
        {
            if (failure is null)
            {
                Log.Closed(_logger, worker.Database, worker.Subscription, worker.WorkerName);
                return ConnectionEnd.Wanted;
            }

            var end = worker.Decide(failure, wasAnswered);
            if (end.RetryIn is not null)
            {
                worker._services.Telemetry.Reconnecting(worker.Database, worker.Subscription, ClientTelemetry.ErrorType(failure));
            }

            OnEvent(new WorkerEvent.Disconnected(end.Failure!, end.RetryIn));
            return end;
        }
    }
}
