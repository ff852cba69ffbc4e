using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>How the reading of batches begins and ends.</summary>
public sealed class EnumerationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_ASecondTime_IsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await using var second = reader.Worker.ReadBatchesAsync(Cancelled).GetAsyncEnumerator(Cancelled);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => second.MoveNextAsync().Within());

        Assert.Contains("'tester' were read before", failure.Message, StringComparison.Ordinal);
        await call.SendBatchAsync(1, "a");
        Assert.Equal(1, (await reader.NextAsync()).BatchId);
    }

    [Fact]
    public async Task Read_AfterDispose_IsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        await reader.Worker.DisposeAsync().Within();

        await reader.FailsAsync<ObjectDisposedException>();

        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task Cancel_WhileWaiting_ThrowsAndLeavesInOrder()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await reader.EventAsync<WorkerEvent.Connected>();

        reader.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(reader.NextAsync);
        await call.HalfClosed.Within();
    }

    [Fact]
    public async Task Break_OutOfTheLoop_LeavesInOrder()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship"));
        var reading = ReadOneAsync(worker);
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);

        Assert.Equal(1, await reading.Within());
        await call.HalfClosed.Within();

        static async Task<int> ReadOneAsync(SubscriptionWorker worker)
        {
            var read = 0;
            await foreach (var batch in worker.ReadBatchesAsync(Cancelled))
            {
                await batch.AckAsync(Cancelled);
                read++;
                break;
            }

            return read;
        }
    }

    [Fact]
    public async Task Dispose_AcksUnderWay_WaitsForTheirConfirm()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        call.StaysOpen = true;
        await call.SendBatchAsync(1, "a");
        await call.SendBatchAsync(2, "b");
        var acked = await reader.NextAsync();
        var unfinished = await reader.NextAsync();
        var ack = acked.AckAsync(Cancelled);

        var disposal = reader.Worker.DisposeAsync().AsTask();
        await call.ReceiveAckAsync(1);
        await call.HalfClosed.Within();

        Assert.True(unfinished.LeaseLost.IsCancellationRequested);
        Assert.False(ack.IsCompleted);
        Assert.False(disposal.IsCompleted);
        await call.ConfirmAsync(1);
        await ack.Within();
        call.Complete();
        await disposal.Within();
        await reader.EndsAsync();
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => unfinished.AckAsync(Cancelled).Within());
    }

    [Fact]
    public async Task Dispose_ConfirmNeverComes_CutsAfterTheCloseTimeout()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.CloseTimeout = TimeSpan.FromSeconds(4), time);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        call.StaysOpen = true;
        await call.SendBatchAsync(1, "a");
        var ack = (await reader.NextAsync()).AckAsync(Cancelled);
        var disposal = reader.Worker.DisposeAsync().AsTask();
        await call.HalfClosed.Within();

        time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(disposal.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await disposal.Within();
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());
        await call.Left.Within();
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmless()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        await server.AcceptOpenAsync();

        await Task.WhenAll(reader.Worker.DisposeAsync().AsTask(), reader.Worker.DisposeAsync().AsTask()).Within();

        await reader.EndsAsync();
    }

    [Fact]
    public async Task CloseWhenDrained_AllAcked_EndsNormally()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.CloseWhenDrained = true);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var ack = (await reader.NextAsync()).AckAsync(Cancelled);
        _ = reader.Move();
        await call.ReceiveAckAsync(1);
        await call.SendAsync(new WorkResponse { CaughtUp = new CaughtUp() });
        await call.ConfirmAsync(1);
        call.Complete();

        await reader.EndsAsync();

        await ack.Within();
        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task CloseWhenDrained_OkWithoutTheConfirm_ConnectsAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.CloseWhenDrained = true);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var ack = (await reader.NextAsync()).AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        call.Complete();

        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());
        _ = reader.Move();
        await server.AcceptOpenAsync();
    }

    [Fact]
    public async Task CloseWhenDrained_ConnectionLost_ConnectsAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.CloseWhenDrained = true);
        _ = reader.Move();
        (await server.AcceptOpenAsync()).Fail(Wire.Bare(StatusCode.Unavailable));

        var second = await server.AcceptOpenAsync();
        second.Complete();

        await reader.EndsAsync();
    }
}
