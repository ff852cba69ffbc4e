using System.Threading.Channels;
using Grpc.Core;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>One bulk writer's stream, seen from the server. It ends with OK when the writer half-closes.</summary>
internal sealed class ScriptedBulkCall(
    IAsyncStreamReader<BulkWriteRequest> reader, IServerStreamWriter<BulkWriteResponse> writer, ServerCallContext context)
{
    // Unbounded: whatever the writer under test sends must become visible, however much it is.
    private readonly Channel<BulkWriteRequest> _requests = Channel.CreateUnbounded<BulkWriteRequest>();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _answered;
    private long _operations;

    public async Task<BulkWriteRequest> ReceiveAsync() => await _requests.Reader.ReadAsync().Within();

    public void AssertNothingReceived() => Assert.False(_requests.Reader.TryPeek(out var request), $"Received {request}");

    /// <summary>Says that the oldest unanswered request is durable, and that it changed all its documents.</summary>
    public Task ConfirmAsync(BulkWriteRequest request)
    {
        _operations += request.Operations.Count;
        return SendAsync(new BulkWriteResponse
        {
            RequestNumber = ++_answered,
            ChangedCount = request.Operations.Count,
            TotalOperations = _operations,
        });
    }

    public Task SendAsync(BulkWriteResponse response) => writer.WriteAsync(response, CancellationToken.None).Within();

    public void Complete() => _end.TrySetResult();

    public void Fail(RpcException error) => _end.TrySetException(error);

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
            // The writer is gone.
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
                _requests.Writer.TryWrite(reader.Current);
            }

            Complete();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The call is over; whoever waits for a request learns it from the channel.
            _requests.Writer.TryComplete(e);
        }

        _requests.Writer.TryComplete();
    }
}
