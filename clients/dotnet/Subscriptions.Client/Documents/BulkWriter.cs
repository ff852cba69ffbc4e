using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>
/// Writes many documents over one stream. Operations are gathered, in the order in which they are added, into atomic requests of which a
/// bounded number is under way; adding waits when there are more. The first error ends the writer: what was reported as durable stays, the
/// outcome of what is under way is unknown. Thread-safe. <see cref="DisposeAsync"/> writes what is left.
/// </summary>
public sealed class BulkWriter : IAsyncDisposable
{
    private readonly BulkWriterOptions _options;
    private readonly string _database;
    private readonly Uri _address;
    private readonly ClientTelemetry _telemetry;
    private readonly AsyncDuplexStreamingCall<V1.BulkWriteRequest, V1.BulkWriteResponse> _call;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly SemaphoreSlim _producer = new(1, 1);
    private readonly SemaphoreSlim _places;
    private readonly BulkProgress _progress;
    private readonly Task _reading;

    // Of whoever holds _producer.
    private readonly BulkRequestBuilder _pending;

    // Written by whoever holds _producer, before the stream is half-closed; read by the reading task when the stream has ended.
    private volatile bool _isCompleted;

    internal BulkWriter(
        string database,
        BulkWriterOptions options,
        Func<CancellationToken, AsyncDuplexStreamingCall<V1.BulkWriteRequest, V1.BulkWriteResponse>> call,
        Uri address,
        int maxMessageBytes,
        ClientTelemetry telemetry)
    {
        _database = database;
        _options = options;
        _address = address;
        _telemetry = telemetry;
        _progress = new BulkProgress(address);
        _places = new SemaphoreSlim(options.MaxInFlight, options.MaxInFlight);
        _pending = new BulkRequestBuilder(database, options, maxMessageBytes);
        _call = call(_cut.Token);
        _reading = ReadAnswersAsync();
    }

    /// <summary>What is durable by now.</summary>
    public BulkWriteSummary Durable => _progress.Durable;

    /// <summary>
    /// Adds an operation. Returns when it is gathered or sent, which says nothing about its durability: see <see cref="FlushAsync"/>.
    /// </summary>
    /// <param name="operation">The operation. Its content must not change until it is durable.</param>
    /// <param name="cancellationToken">Stops waiting for a place; the operation is then not added.</param>
    /// <exception cref="InvalidRequestException">
    /// The operation alone is larger than <see cref="SubscriptionsClientOptions.MaxMessageBytes"/>. It is not added; the writer goes on.
    /// </exception>
    /// <exception cref="SubscriptionsException">The writer has failed, by this or an earlier operation.</exception>
    public async Task AddAsync(DocumentOperation operation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var wire = Mapping.ToWire(operation);
        var size = _pending.Measure(wire);

        await _producer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfOver();
            if (!_pending.Fits(size))
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_pending.IsFilledBy(size))
            {
                // The place is taken before the operation is added: who is cancelled meanwhile has added nothing.
                await TakePlaceAsync(cancellationToken).ConfigureAwait(false);
                _pending.Add(wire, size);
                await WriteAsync().ConfigureAwait(false);
            }
            else
            {
                _pending.Add(wire, size);
            }
        }
        finally
        {
            _producer.Release();
        }
    }

    /// <summary>Sends what is gathered, and waits until everything that was added is durable.</summary>
    /// <exception cref="SubscriptionsException">The writer has failed.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _producer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfOver();
            await SendAndWaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _producer.Release();
        }
    }

    /// <summary>Writes what is left and ends the stream. Idempotent.</summary>
    /// <returns>What was written; all of it is durable.</returns>
    /// <exception cref="SubscriptionsException">The writer has failed.</exception>
    public async Task<BulkWriteSummary> CompleteAsync(CancellationToken cancellationToken = default)
    {
        await _producer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isCompleted)
            {
                _progress.ThrowIfFailed();
                await SendAndWaitAsync(cancellationToken).ConfigureAwait(false);
                _isCompleted = true;
                await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
            }

            await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            _progress.ThrowIfFailed();
            return Durable;
        }
        finally
        {
            _producer.Release();
        }
    }

    /// <summary>
    /// Writes what is left, as <see cref="CompleteAsync"/>, unless the writer has failed; throws only what no other method threw before.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_progress.IsFailureReported)
            {
                await CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            await _cut.CancelAsync().ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
            _call.Dispose();
        }
    }

    private async Task SendAndWaitAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);

        // Whoever has all places knows that nothing is under way.
        var taken = 0;
        try
        {
            for (; taken < _options.MaxInFlight; taken++)
            {
                await TakePlaceAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (taken > 0)
            {
                _places.Release(taken);
            }
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (!_pending.IsEmpty)
        {
            await TakePlaceAsync(cancellationToken).ConfigureAwait(false);
            await WriteAsync().ConfigureAwait(false);
        }
    }

    private async Task TakePlaceAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            await _places.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ThrowIfOver();
            throw;
        }
    }

    // Not with the caller's token: cancelling a write in its middle would end the stream for everybody.
    private async Task WriteAsync()
    {
        var request = _pending.Take();
        var send = _telemetry.Begin(ClientOperation.Send, _database, request.Operations.Count);

        // The stream has one header for all of its requests, so each says itself which trace it belongs to.
        request.Traceparent = send.TraceParent ?? string.Empty;
        _progress.Send(send);
        try
        {
            await _call.RequestStream.WriteAsync(request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (BrokenStream.Is(e))
        {
            // The call is over; the reading side knows why. (What gRPC itself would refuse for its size was never added.)
            await _reading.ConfigureAwait(false);
            ThrowIfOver();
            throw;
        }
    }

    private async Task ReadAnswersAsync()
    {
        SubscriptionsException? failure = null;
        try
        {
            while (await _call.ResponseStream.MoveNext(_cut.Token).ConfigureAwait(false))
            {
                _progress.Answer(_call.ResponseStream.Current);
                _places.Release();
            }
        }
        catch (RpcException e)
        {
            failure = ErrorMapper.Map(e, _address);
        }
        catch (Exception e)
        {
            // Whatever it is, whoever waits for a place or for durability must hear of it.
            failure = e as SubscriptionsException ?? Faults.Unexpected("bulk writer", e);
        }

        _progress.End(failure, _isCompleted);
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    private void ThrowIfOver()
    {
        _progress.ThrowIfFailed();
        if (_isCompleted || _ended.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The bulk writer of database '{_database}' was completed; open another one.");
        }
    }
}
