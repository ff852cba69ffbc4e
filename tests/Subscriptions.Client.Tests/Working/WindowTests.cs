using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>How many batches may be unacked.</summary>
public sealed class WindowTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Window_Larger_HandsOutSoManyWithoutAcks()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 3);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        for (var number = 1; number <= 3; number++)
        {
            await call.SendBatchAsync(number, $"d{number}");
        }

        var batches = new[] { await reader.NextAsync(), await reader.NextAsync(), await reader.NextAsync() };

        Assert.Equal([1L, 2L, 3L], batches.Select(b => b.BatchId));
        Assert.DoesNotContain(batches, b => b.IsSettled);
    }

    [Fact]
    public async Task Window_Full_NextBatchComesWithTheNextAck()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await call.SendBatchAsync(2, "b");
        var first = await reader.NextAsync();
        await reader.NextAsync();
        var third = reader.Move();

        var ack = first.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        Assert.False(third.IsCompleted);

        // An ack that the server has makes room, before its confirm has come.
        await call.SendBatchAsync(3, "c");
        Assert.Equal(3, (await reader.NextAsync()).BatchId);
        await call.ConfirmAsync(1);
        await ack.Within();
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 2)]
    [InlineData(1, 1)]
    [InlineData(2, 64)]
    public async Task Window_ServerGoesBeyond_IsABreachOfTheContract(int asked, int granted)
    {
        var window = Math.Min(asked, granted);
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = asked);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync(Wire.Opened(window: granted));
        for (var number = 1; number <= window; number++)
        {
            await call.SendBatchAsync(number, "x");
        }

        var first = await reader.NextAsync();
        await call.SendBatchAsync(window + 1, "too many");

        var disconnected = await reader.EventAsync<WorkerEvent.Disconnected>();
        Assert.Equal((ErrorReason.ProtocolViolation, null), (disconnected.Cause.Reason, disconnected.RetryIn));
        Assert.Contains($"the window is {window}", disconnected.Cause.Message, StringComparison.Ordinal);
        Assert.True(first.LeaseLost.IsCancellationRequested);
    }

    [Fact]
    public async Task Read_OnWithoutSettlingWithWindowOne_IsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();

        var failure = await reader.FailsAsync<InvalidOperationException>();

        Assert.Contains("Batch 1 was neither acked nor nacked", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SubscriptionWorkerOptions.Window", failure.Message, StringComparison.Ordinal);
        await call.Left.Within();
        Assert.True(batch.LeaseLost.IsCancellationRequested);
    }

    [Fact]
    public async Task Read_OnWithTheAckUnderWay_IsAllowed()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();
        var ack = batch.AckAsync(Cancelled);
        _ = reader.Move();

        await call.ReceiveAckAsync(1);
        await call.SendBatchAsync(2, "b");

        Assert.Equal(2, (await reader.NextAsync()).BatchId);
        Assert.False(ack.IsCompleted);
        await call.ConfirmAsync(1);
        await ack.Within();
    }

    [Fact]
    public async Task Read_OnAfterTheLeaseWasLost_ConnectsAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await reader.NextAsync();
        call.Fail(Wire.Bare(Grpc.Core.StatusCode.Unavailable));
        await reader.EventAsync<WorkerEvent.Disconnected>();

        // Nobody gets a lease while the application still works on what came under the last one.
        server.AssertNoFurtherCall();
        _ = reader.Move();
        var second = await server.AcceptOpenAsync();
        await second.SendBatchAsync(1, "a");

        Assert.Equal(1, (await reader.NextAsync()).BatchId);
    }
}
