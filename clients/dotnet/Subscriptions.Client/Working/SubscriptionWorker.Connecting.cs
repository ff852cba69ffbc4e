using System.Collections.Concurrent;
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
            _connection = WorkerConnection.Start(_options, _services, _observer);
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

        if (_policy.Failed(failure, wasAnswered) is { } pause)
        {
            return new ConnectionEnd(failure, pause);
        }

        const string Knob = $"{nameof(SubscriptionWorkerOptions)}.{nameof(SubscriptionWorkerOptions.MaxErroneousPeriod)}";
        var tried = _options.MaxErroneousPeriod == TimeSpan.Zero
            ? $"at the first failure, as {Knob} is zero"
            : $"after {_policy.Attempts} attempts in {_policy.Period} ({Knob} is {_options.MaxErroneousPeriod})";
        var message = $"Worker '{WorkerName}' gave '{Database}/{Subscription}' up {tried}. The last failure: {failure.Message}";
        var gaveUp = new WorkerGaveUpException(message, _policy.RecentFailures, _policy.Attempts, _policy.Period);
        return new ConnectionEnd(gaveUp, RetryIn: null);
    }

    private sealed class Observer(SubscriptionWorker worker) : IConnectionObserver
    {
        private readonly ILogger _logger = worker._services.Logger;
        private readonly ConcurrentQueue<WorkerEvent> _events = new();
        private int _pending;

        public void OnEvent(WorkerEvent e)
        {
            // One call at a time and in order, without anybody ever waiting: whoever comes while another is at it leaves its event to that one.
            _events.Enqueue(e);
            if (Interlocked.Increment(ref _pending) > 1)
            {
                return;
            }

            do
            {
                if (_events.TryDequeue(out var next))
                {
                    Tell(next);
                }
            }
            while (Interlocked.Decrement(ref _pending) > 0);
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

        private void Tell(WorkerEvent e)
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
    }
}
