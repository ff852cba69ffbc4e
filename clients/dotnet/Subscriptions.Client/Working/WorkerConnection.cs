using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// One conversation of a worker, from the call to its status. Three tasks serve it whatever the application does: one reads, one writes,
/// one sends heartbeats. None of them ever waits for the application: what it has not asked for yet fits into the window.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The conversation disposes of what it owns when it ends, which it always does.")]
internal sealed partial class WorkerConnection : IBatchConversation
{
    private readonly SubscriptionWorkerOptions _options;
    private readonly WorkerServices _services;
    private readonly IConnectionObserver _observer;
    private readonly AsyncDuplexStreamingCall<V1.WorkRequest, V1.WorkResponse> _call;

    // Never disposed of: whoever closes late may still cancel it. Without a timer it holds nothing.
    private readonly CancellationTokenSource _cut = new();
    private readonly RequestWriter _writer;
    private readonly BatchLedger _ledger;
    private readonly BatchAssembler _assembler;
    private readonly SilenceWatchdog _watchdog;
    private readonly PeriodicTimer _heartbeats;
    private readonly Task<ConnectionEnd> _run;

    // Of the reading task alone.
    private V1.Closing? _closing;
    private bool _isOpened;
    private bool _wasAnswered;
    private long _fencingToken;

    private volatile bool _isClosed;
    private volatile bool _hasAckTimeout;

    private WorkerConnection(SubscriptionWorkerOptions options, WorkerServices services, IConnectionObserver observer)
    {
        _options = options;
        _services = services;
        _observer = observer;
        _call = services.Stub.Work(cancellationToken: _cut.Token);
        _writer = new RequestWriter(_call.RequestStream);
        _ledger = new BatchLedger(_writer.Queue, services.Time);
        _assembler = new BatchAssembler(services.Time);
        _watchdog = new SilenceWatchdog(services.Time, Cut);
        _heartbeats = new PeriodicTimer(WorkerLimits.DefaultHeartbeatInterval, services.Time);
        _run = RunAsync();
    }

    /// <summary>Completes when the conversation is over and nothing of it runs any more. Never fails.</summary>
    public Task<ConnectionEnd> Completion => _run;

    /// <summary>Calls the server and opens the subscription.</summary>
    public static WorkerConnection Start(SubscriptionWorkerOptions options, WorkerServices services, IConnectionObserver observer) =>
        new(options, services, observer);

    /// <summary>Waits for a batch and hands it out.</summary>
    /// <returns>Null when the conversation has ended, or is being closed.</returns>
    public async ValueTask<SubscriptionBatch?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _ledger.Ready.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_ledger.Ready.TryRead(out var batch))
            {
                if (_ledger.TryHandOut(batch))
                {
                    using var receive = _services.Telemetry.Begin(
                        ClientOperation.Receive, _options.Database, batch, _options.Subscription, batch.ReceivedAt);
                    return batch;
                }
            }
        }

        return null;
    }

    /// <summary>Told when the application asks for the batch after this one.</summary>
    /// <exception cref="InvalidOperationException">That one cannot come, as this one is not settled.</exception>
    public void ThrowIfUnsettled(SubscriptionBatch batch)
    {
        if (batch.Lease.State == BatchLeaseState.HandedOut && _ledger.Window == 1)
        {
            throw Faults.Unsettled(batch.Lease);
        }
    }

    /// <summary>
    /// Ends the conversation in an orderly way: acks that were given are sent and confirmed, for the time that the options allow; other
    /// batches are lost at once. Idempotent.
    /// </summary>
    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(_options.CloseTimeout, _services.Time);
        using var _ = limit.Token.UnsafeRegister(static connection => ((WorkerConnection)connection!).Cut(), this);
        await PumpAcksAsync().ConfigureAwait(false);
        _isClosed = true;
        CancelLost(_ledger.Close(Faults.Closed()));
        _writer.Queue.TryComplete();
        await _run.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task AckAsync(SubscriptionBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var ack = _services.Telemetry.Begin(ClientOperation.Ack, _options.Database, batch, _options.Subscription);
        try
        {
            var confirmation = _ledger.Ack(batch.Lease, ack.TraceParent);
            await PumpAcksAsync().ConfigureAwait(false);
            await confirmation.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ack.Fail(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task NackAsync(
        SubscriptionBatch batch,
        IReadOnlyCollection<string> itemIds,
        string reason,
        TimeSpan? delay,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var nack = _services.Telemetry.Begin(ClientOperation.Nack, _options.Database, batch, _options.Subscription);
        try
        {
            var request = Requests.Nack(batch.BatchId, itemIds, reason, delay, nack.TraceParent);
            if (itemIds.Count > 0)
            {
                await SendAsync(batch.Lease, request, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                IReadOnlyList<BatchLease> lost;
                while (!_ledger.TryNack(batch.Lease, request, out lost))
                {
                    await WaitForRoomAsync(batch.Lease, CancellationToken.None).ConfigureAwait(false);
                }

                CancelLost(lost);
            }

            _observer.OnEvent(new WorkerEvent.Nacked(batch.BatchId, itemIds, request.Nack.Reason, delay));
        }
        catch (Exception e)
        {
            nack.Fail(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task ExtendAsync(SubscriptionBatch batch, CancellationToken cancellationToken) =>
        SendAsync(batch.Lease, Requests.Heartbeat(batch.BatchId), cancellationToken);

    private async Task SendAsync(BatchLease lease, V1.WorkRequest request, CancellationToken cancellationToken)
    {
        while (!_ledger.TrySend(lease, request))
        {
            await WaitForRoomAsync(lease, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PumpAcksAsync()
    {
        // Without the caller's token: who stops waiting for a confirm does not take the ack back. It ends with the connection at the latest.
        while (!_ledger.TrySendAcks() && await _writer.Queue.WaitToWriteAsync(CancellationToken.None).ConfigureAwait(false))
        {
        }
    }

    private async Task WaitForRoomAsync(BatchLease lease, CancellationToken cancellationToken)
    {
        if (!await _writer.Queue.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
        {
            throw Faults.Lost(lease, Faults.Closed());
        }
    }

    private void CancelLost(IReadOnlyList<BatchLease> leases)
    {
        foreach (var lease in leases)
        {
            try
            {
                lease.Cancel();
            }
            catch (AggregateException e)
            {
                _observer.OnCallbackFailed(nameof(SubscriptionBatch.LeaseLost), e);
            }
        }
    }

    private void Cut() => _cut.Cancel();
}
