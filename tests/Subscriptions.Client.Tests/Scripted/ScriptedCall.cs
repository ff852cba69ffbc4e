using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>
/// One worker's conversation, seen from the server: the test says what the server says. It ends with OK when the worker half-closes,
/// unless <see cref="StaysOpen"/> is set. Heartbeats are kept apart from the other requests.
/// </summary>
internal sealed class ScriptedCall
{
    private readonly IAsyncStreamReader<WorkRequest> _reader;
    private readonly IServerStreamWriter<WorkResponse> _writer;
    private readonly ServerCallContext _context;

    // Unbounded: a test decides itself how much is said, and the pump must never wait for it.
    private readonly Channel<WorkRequest> _requests = Channel.CreateUnbounded<WorkRequest>();
    private readonly Channel<WorkerHeartbeat> _heartbeats = Channel.CreateUnbounded<WorkerHeartbeat>();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _halfClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedCall(IAsyncStreamReader<WorkRequest> reader, IServerStreamWriter<WorkResponse> writer, ServerCallContext context)
    {
        _reader = reader;
        _writer = writer;
        _context = context;
    }

    /// <summary>Go on after the worker has half-closed.</summary>
    public bool StaysOpen { get; set; }

    /// <summary>Completes when the worker has said that it has no more to say.</summary>
    public Task HalfClosed => _halfClosed.Task;

    /// <summary>Completes when the conversation is over, however.</summary>
    public Task Left => _left.Task;

    /// <summary>The worker's next request that is no heartbeat.</summary>
    public async Task<WorkRequest> ReceiveAsync() => await _requests.Reader.ReadAsync().Within();

    /// <summary>The worker's next heartbeat.</summary>
    public async Task<WorkerHeartbeat> ReceiveHeartbeatAsync() => await _heartbeats.Reader.ReadAsync().Within();

    /// <summary>The next request is the ack of this batch.</summary>
    public async Task<BatchAck> ReceiveAckAsync(long batchId)
    {
        var request = await ReceiveAsync();
        Assert.Equal((WorkRequest.MessageOneofCase.Ack, batchId), (request.MessageCase, request.Ack?.BatchId));
        return request.Ack!;
    }

    /// <summary>The next request is a nack.</summary>
    public async Task<BatchNack> ReceiveNackAsync()
    {
        var request = await ReceiveAsync();
        Assert.Equal(WorkRequest.MessageOneofCase.Nack, request.MessageCase);
        return request.Nack;
    }

    /// <summary>Nothing but heartbeats came by now.</summary>
    public void AssertNothingReceived() => Assert.False(_requests.Reader.TryPeek(out var request), $"Received {request}");

    /// <summary>Says something.</summary>
    public Task SendAsync(WorkResponse response) => _writer.WriteAsync(response, CancellationToken.None).Within();

    /// <summary>Takes the worker's open message and gives it the lease.</summary>
    /// <returns>The open message.</returns>
    public async Task<WorkOpen> OpenAsync(WorkOpened? opened = null)
    {
        var request = await ReceiveAsync();
        Assert.Equal(WorkRequest.MessageOneofCase.Open, request.MessageCase);
        opened ??= Wire.Opened();
        if (opened.Window == 0)
        {
            opened.Window = request.Open.Window;
        }

        await SendAsync(new WorkResponse { Opened = opened });
        return request.Open;
    }

    /// <summary>Sends a whole batch in one chunk.</summary>
    public Task SendBatchAsync(long batchId, params string[] ids) =>
        SendAsync(Wire.Chunk(batchId, last: true, [.. ids.Select(id => Wire.Item(id))]));

    /// <summary>Says that an ack is durable.</summary>
    public Task ConfirmAsync(long batchId) =>
        SendAsync(new WorkResponse { AckConfirmed = new AckConfirmed { BatchId = batchId, ChangeVector = $"cv{batchId}" } });

    /// <summary>Says that the conversation is about to end.</summary>
    public Task SendClosingAsync(V1.ErrorReason reason, bool reconnect, string message = "") =>
        SendAsync(new WorkResponse { Closing = new Closing { Reason = reason, Reconnect = reconnect, Message = message } });

    /// <summary>Ends the conversation with OK.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>Ends the conversation with an error.</summary>
    public void Fail(RpcException error) => _end.TrySetException(error);

    /// <summary>Ends the conversation with an error and its details.</summary>
    public void FailWith(string reason, StatusCode status, params (string Key, string Value)[] metadata) =>
        Fail(Wire.Error(reason, status, metadata));

    /// <summary>Resets the stream, as if the call had been killed.</summary>
    public void Abort() => _context.GetHttpContext().Abort();

    /// <summary>Resets the connection, as if the server had been killed.</summary>
    public void CutConnection() => _context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();

    /// <summary>The conversation, until the test or the worker ends it.</summary>
    public async Task RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_context.CancellationToken);
        var receiving = PumpAsync(stop.Token);
        try
        {
            await _end.Task.WaitAsync(_context.CancellationToken);
        }
        catch (OperationCanceledException) when (_context.CancellationToken.IsCancellationRequested)
        {
            // The worker is gone, or the test cut it off.
        }
        finally
        {
            // Kestrel uses the stream again for the next call: a read that is left pending would read from that one.
            await stop.CancelAsync();
            await receiving;
            _left.TrySetResult();
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.MoveNext(cancellationToken))
            {
                var request = _reader.Current;
                if (request.MessageCase == WorkRequest.MessageOneofCase.Heartbeat)
                {
                    _heartbeats.Writer.TryWrite(request.Heartbeat);
                }
                else
                {
                    _requests.Writer.TryWrite(request);
                }
            }

            _halfClosed.TrySetResult();
            if (!StaysOpen)
            {
                Complete();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The call is over; whoever waits for a request learns it from the channel.
            _halfClosed.TrySetException(e);
            _requests.Writer.TryComplete(e);
            _heartbeats.Writer.TryComplete(e);
        }

        _requests.Writer.TryComplete();
        _heartbeats.Writer.TryComplete();
    }
}
