using Grpc.Core;
using Subscriptions.Core.Changes;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Fixtures;

/// <summary>The worker's side of a conversation. What may come at any time is passed over unless asked for.</summary>
internal sealed class WorkerClient(AsyncDuplexStreamingCall<WorkRequest, WorkResponse> call) : IDisposable
{
    // An ack makes room for the next batch at once: it need not wait for the confirm.
    private readonly Queue<WorkResponse> _early = new();

    public Task OpenAsync(WorkOpen open) => SendAsync(new WorkRequest { Open = open });

    public Task AckAsync(long batchId) => SendAsync(new WorkRequest { Ack = new BatchAck { BatchId = batchId } });

    public Task NackAsync(long batchId) => SendAsync(new WorkRequest { Nack = new BatchNack { BatchId = batchId } });

    public Task NackItemsAsync(long batchId, string reason, params string[] ids) =>
        SendAsync(new WorkRequest { Nack = new BatchNack { BatchId = batchId, Reason = reason, ItemIds = { ids } } });

    public Task HeartbeatAsync() => SendAsync(new WorkRequest { Heartbeat = new WorkerHeartbeat() });

    public Task SendAsync(WorkRequest request) => call.RequestStream.SendAsync(request);

    public Task HalfCloseAsync() => call.RequestStream.CompleteAsync().Within();

    /// <summary>The next message of a kind; anything else but what is passed over fails the test.</summary>
    public async Task<WorkResponse> ReceiveAsync(WorkResponse.MessageOneofCase kind)
    {
        if (kind == WorkResponse.MessageOneofCase.BatchChunk && _early.TryDequeue(out var chunk)) return chunk;
        while (true)
        {
            Assert.True(await MoveNextAsync(), $"The conversation ended well where {kind} was expected.");
            var message = call.ResponseStream.Current;
            if (message.MessageCase == kind) return message;
            if (IsPassedOver(message, kind)) continue;
            Assert.True(
                message.BatchChunk is not null && kind == WorkResponse.MessageOneofCase.AckConfirmed, $"{message} came where {kind} was expected.");
            _early.Enqueue(message);
        }
    }

    /// <summary>All that the server says, up to a message of a kind.</summary>
    public async Task<List<WorkResponse>> ReceiveUntilAsync(WorkResponse.MessageOneofCase kind)
    {
        var messages = new List<WorkResponse>();
        do
        {
            Assert.True(await MoveNextAsync(), $"The conversation ended well where {kind} was expected.");
            messages.Add(call.ResponseStream.Current);
        }
        while (messages[^1].MessageCase != kind);
        return messages;
    }

    /// <summary>The next batch, whole: its chunks.</summary>
    public async Task<List<BatchChunk>> ReceiveChunksAsync()
    {
        var chunks = new List<BatchChunk>();
        do chunks.Add((await ReceiveAsync(WorkResponse.MessageOneofCase.BatchChunk)).BatchChunk);
        while (!chunks[^1].Last);
        Assert.Single(chunks.Select(c => c.BatchId).Distinct());
        return chunks;
    }

    /// <summary>The next batch, in one piece.</summary>
    public async Task<BatchChunk> ReceiveBatchAsync()
    {
        var chunks = await ReceiveChunksAsync();
        var batch = chunks[^1].Clone();
        batch.Items.Clear();
        batch.Includes.Clear();
        foreach (var chunk in chunks)
        {
            batch.Items.Add(chunk.Items);
            batch.Includes.Add(chunk.Includes);
        }

        return batch;
    }

    /// <summary>Receives a batch, acks it and waits for the confirm.</summary>
    public async Task<BatchChunk> AckNextAsync()
    {
        var batch = await ReceiveBatchAsync();
        await AckAsync(batch.BatchId);
        var confirmed = (await ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed)).AckConfirmed;
        Assert.Equal(batch.BatchId, confirmed.BatchId);
        Assert.True(HasSeen(confirmed.ChangeVector, batch.ChangeVector), $"{confirmed.ChangeVector} is stored, less than the {batch.ChangeVector} that was told.");
        return batch;
    }

    /// <summary>Reads to the end, which must be an error.</summary>
    /// <returns>The error, and the last thing that the server said before.</returns>
    public async Task<(RpcException Error, WorkResponse? Last)> ReceiveEndAsync()
    {
        WorkResponse? last = null;
        try
        {
            while (await MoveNextAsync()) last = call.ResponseStream.Current;
        }
        catch (RpcException e)
        {
            return (e, last);
        }

        throw new InvalidOperationException("The conversation ended well.");
    }

    /// <summary>Reads to the end, which must be a good one.</summary>
    public async Task ReceiveGoodEndAsync()
    {
        while (await MoveNextAsync())
            Assert.NotEqual(WorkResponse.MessageOneofCase.Closing, call.ResponseStream.Current.MessageCase);
    }

    /// <summary>Goes away without a word.</summary>
    public void Dispose() => call.Dispose();

    private static bool IsPassedOver(WorkResponse message, WorkResponse.MessageOneofCase wanted) =>
        message.MessageCase is WorkResponse.MessageOneofCase.CaughtUp or WorkResponse.MessageOneofCase.Heartbeat
        || (message.Waiting is not null && wanted == WorkResponse.MessageOneofCase.Opened);

    private static bool HasSeen(string vector, string other) =>
        ChangeVector.TryParse(vector, out var left, out _) && ChangeVector.TryParse(other, out var right, out _) && left.Merge(right).Equals(left);

    private Task<bool> MoveNextAsync() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Within();
}
