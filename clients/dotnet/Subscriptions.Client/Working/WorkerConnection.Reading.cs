using Grpc.Core;

namespace Subscriptions.Client;

/// <content>The tasks that serve the conversation.</content>
internal sealed partial class WorkerConnection
{
    private async Task<ConnectionEnd> RunAsync()
    {
        // The caller goes on at once: whoever starts a connection holds it before anything can happen on it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

        _watchdog.Watch(WorkerLimits.DefaultSilenceTimeout);
        _writer.Queue.TryWrite(Requests.Open(_options));
        var writing = _writer.RunAsync(_cut.Token);
        var beating = SendHeartbeatsAsync();

        var failure = await ReadToEndAsync().ConfigureAwait(false);

        CancelLost(_ledger.End(failure ?? Faults.Closed()));
        _writer.Queue.TryComplete();
        _watchdog.Dispose();
        _heartbeats.Dispose();
        Cut();
        await writing.ConfigureAwait(false);
        await beating.ConfigureAwait(false);
        _call.Dispose();
        return _observer.OnEnded(failure, _wasAnswered);
    }

    private async Task SendHeartbeatsAsync()
    {
        // Disposing of the timer ends the loop.
        while (await _heartbeats.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
        {
            _ledger.Beat(_hasAckTimeout ? _options.ExtendBatchesFor : TimeSpan.Zero);
        }
    }

    private async Task<SubscriptionsException?> ReadToEndAsync()
    {
        try
        {
            var stream = _call.ResponseStream;
            while (await stream.MoveNext(_cut.Token).ConfigureAwait(false))
            {
                _wasAnswered = true;
                _watchdog.Heard();
                Handle(stream.Current);
            }

            var isDrained = _options.CloseWhenDrained && _isOpened && _ledger.IsSettled;
            return EndClassifier.Completed(_isClosed || isDrained, _closing, _services.Address);
        }
        catch (Exception e) when (_cut.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            // gRPC says it either way when this side cancels.
            return _watchdog.HasFired ? Faults.Silent(_services.Address, _watchdog.Timeout) : null;
        }
        catch (RpcException e)
        {
            var failure = EndClassifier.Failed(e, _closing, _services.Address);
            return _isClosed && failure.IsRetryable ? null : failure;
        }
        catch (SubscriptionsException e)
        {
            return e;
        }
        catch (Exception e)
        {
            // Whatever it is, whoever waits for a batch or a confirm must hear of it.
            return Faults.Unexpected("connection of the worker", e);
        }
    }

    private void Handle(V1.WorkResponse response)
    {
        switch (response.MessageCase)
        {
            case V1.WorkResponse.MessageOneofCase.Waiting:
                OnWaiting(response.Waiting);
                break;
            case V1.WorkResponse.MessageOneofCase.Opened:
                OnOpened(response.Opened);
                break;
            case V1.WorkResponse.MessageOneofCase.BatchChunk:
                OnChunk(response.BatchChunk);
                break;
            case V1.WorkResponse.MessageOneofCase.AckConfirmed:
                _ledger.Confirm(response.AckConfirmed.BatchId);
                _observer.OnEvent(new WorkerEvent.Acked(response.AckConfirmed.BatchId, response.AckConfirmed.ChangeVector));
                break;
            case V1.WorkResponse.MessageOneofCase.CaughtUp:
                _observer.OnEvent(new WorkerEvent.CaughtUp(response.CaughtUp.ResumeToken));
                break;
            case V1.WorkResponse.MessageOneofCase.Heartbeat:
                OnHeartbeat(response.Heartbeat);
                break;
            case V1.WorkResponse.MessageOneofCase.Rewound:
                var rewound = response.Rewound;
                _observer.OnEvent(new WorkerEvent.Rewound(rewound.FromChangeVector, rewound.ToChangeVector, rewound.Reason));
                break;
            case V1.WorkResponse.MessageOneofCase.Closing:
                _closing = response.Closing;
                break;
            default:
                // A newer server may say what this client does not know. It is alive, which is all that is taken from it.
                break;
        }
    }

    private void OnWaiting(V1.WorkWaiting waiting)
    {
        // A server speaks to those that wait only when their place changes, or with heartbeats: the first of those wakes the watchdog again.
        // Until then HTTP/2's own pings tell whether it is there.
        _watchdog.Pause();
        _observer.OnEvent(new WorkerEvent.Waiting(waiting.Holder is null ? null : SubscriptionHolder.From(waiting.Holder), waiting.PlaceInQueue));
    }

    private void OnHeartbeat(V1.ServerHeartbeat heartbeat)
    {
        if (!_isOpened)
        {
            _watchdog.Watch(WorkerLimits.DefaultSilenceTimeout);
        }

        _observer.OnEvent(new WorkerEvent.Heartbeat(heartbeat.Lag, heartbeat.HighSeqno));
    }

    private void OnOpened(V1.WorkOpened opened)
    {
        if (_isOpened)
        {
            throw Faults.Protocol("it opened the subscription twice in one conversation");
        }

        _isOpened = true;
        _fencingToken = opened.FencingToken;
        _ledger.Open(InForce(opened.Window, _options.Window));
        _assembler.Open(InForce(opened.MaxDocs, _options.MaxDocs), opened.MaxBytes > 0 ? Math.Min(opened.MaxBytes, _options.MaxBytes) : _options.MaxBytes);
        _hasAckTimeout = opened.Definition?.AckTimeout is { } timeout && (timeout.Seconds > 0 || timeout.Nanos > 0);
        _heartbeats.Period = WorkerLimits.HeartbeatPeriod(opened);
        _watchdog.Watch(WorkerLimits.Interval(opened.SilenceTimeout, WorkerLimits.DefaultSilenceTimeout));
        _observer.OnEvent(new WorkerEvent.Connected(opened.FencingToken, opened.ChangeVector, opened.ResumeToken, opened.Node));
    }

    private void OnChunk(V1.BatchChunk chunk)
    {
        if (!_isOpened)
        {
            throw Faults.Protocol("it sent a batch before it opened the subscription");
        }

        if (!_ledger.Admit(chunk.BatchId))
        {
            _assembler.Reset();
        }
        else if (_assembler.Add(chunk) is { } content)
        {
            _ledger.Publish(new SubscriptionBatch(content, _fencingToken, new BatchLease(content.BatchId), this));
        }
    }

    // The server may grant less than was asked for, never more.
    private static int InForce(int granted, int asked) => granted > 0 ? Math.Min(granted, asked) : asked;
}
