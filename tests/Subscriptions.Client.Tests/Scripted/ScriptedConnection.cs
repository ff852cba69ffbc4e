using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>
/// One connection of partition streams, seen from the server: the test says what the server says. Ends with OK when the client half-closes. Acks and answers to
/// noops are kept apart from the other requests.
/// </summary>
internal sealed class ScriptedConnection(
    IAsyncStreamReader<ConnectRequest> reader, IServerStreamWriter<ConnectResponse> writer, ServerCallContext context)
{
    // Unbounded: a test decides itself how much is said, and the pump must never wait for it.
    private readonly Channel<ConnectRequest> _requests = Channel.CreateUnbounded<ConnectRequest>();
    private readonly Channel<long> _acks = Channel.CreateUnbounded<long>();
    private readonly Channel<bool> _replies = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client's next request that is no ack and no answer to a noop.</summary>
    public async Task<ConnectRequest> ReceiveAsync() => await _requests.Reader.ReadAsync().Within();

    /// <summary>The next ack's bytes.</summary>
    public async Task<long> ReceiveAckAsync() => await _acks.Reader.ReadAsync().Within();

    /// <summary>The next answer to a noop.</summary>
    public async Task ReceiveNoopReplyAsync() => await _replies.Reader.ReadAsync().Within();

    public void AssertNoAck() => Assert.False(_acks.Reader.TryPeek(out var bytes), $"{bytes} bytes were acked.");

    /// <summary>Takes the open message and answers it.</summary>
    public async Task<ConnectionOpen> OpenAsync(int partitions = 1)
    {
        var request = await ReceiveAsync();
        Assert.Equal(ConnectRequest.MessageOneofCase.Open, request.MessageCase);
        await SendAsync(new ConnectResponse
        {
            Opened = new ConnectionOpened { Settings = request.Open.Settings, PartitionCount = partitions, Node = "scripted" },
        });
        return request.Open;
    }

    /// <summary>The next request is for a stream.</summary>
    public async Task<StreamOpen> ReceiveStreamAsync()
    {
        var request = await ReceiveAsync();
        Assert.Equal(ConnectRequest.MessageOneofCase.StreamOpen, request.MessageCase);
        return request.StreamOpen;
    }

    /// <summary>The next request is for a stream, which is opened where the client wants it.</summary>
    public async Task<StreamOpen> AcceptStreamAsync(long high = 100, string branch = "000000000000000a")
    {
        var open = await ReceiveStreamAsync();
        await SendAsync(StreamWire.Opened(open, high, branch));
        return open;
    }

    /// <summary>Says something.</summary>
    public Task SendAsync(ConnectResponse response) => writer.WriteAsync(response, CancellationToken.None).Within();

    /// <summary>Ends the connection with an error.</summary>
    public void Fail(RpcException error) => _end.TrySetException(error);

    /// <summary>Ends the connection with OK.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>Resets the stream, as if the call had been killed.</summary>
    public void Abort() => context.GetHttpContext().Abort();

    /// <summary>Resets the connection, as if the server had been killed.</summary>
    public void CutConnection() => context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();

    /// <summary>The connection, until the test or the client ends it.</summary>
    public async Task RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var receiving = PumpAsync(stop.Token);
        try
        {
            await _end.Task.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The client is gone, or the test cut it off.
        }
        finally
        {
            // Kestrel uses the stream again for the next call: a read that is left pending would read from that one.
            await stop.CancelAsync();
            await receiving;
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.MoveNext(cancellationToken))
            {
                var request = reader.Current;
                if (request.BufferAck is { } ack) _acks.Writer.TryWrite(ack.Bytes);
                else if (request.NoopReply is not null) _replies.Writer.TryWrite(true);
                else _requests.Writer.TryWrite(request);
            }

            _end.TrySetResult();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The call is over; whoever waits for a request learns it from the channel.
            _requests.Writer.TryComplete(e);
        }

        _requests.Writer.TryComplete();
    }
}
