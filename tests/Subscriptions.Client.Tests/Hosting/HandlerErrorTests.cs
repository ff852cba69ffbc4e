using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Hosting;

/// <summary>What becomes of batches and items on which a host's handler fails, but for whole batches that come again.</summary>
public sealed class HandlerErrorTests
{
    [Fact]
    public async Task BatchHandler_ThrowsWithNackItems_GivesAllItemsToTheRetryPolicyAndAcks()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server, (_, _) => throw new InvalidDataException("printer on fire"), o => o.OnHandlerError = HandlerErrorAction.NackItems);
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a", "b");

        Assert.Equal(new BatchNack { BatchId = 1, Reason = "printer on fire", ItemIds = { "a", "b" } }, await call.ReceiveNackAsync());
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        await call.SendBatchAsync(2, "c");
        Assert.Equal(["c"], (await call.ReceiveNackAsync()).ItemIds);
        await call.ReceiveAckAsync(2);
        await call.ConfirmAsync(2);
        Assert.False(host.IsStopping);
    }

    [Fact]
    public async Task BatchHandler_NacksAnItemAndThrowsWithNackItems_SaysEachOnce()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server,
            async (batch, token) =>
            {
                await batch.NackItemAsync(batch.Items[0], "mine", cancellationToken: token);
                throw new InvalidDataException("printer on fire");
            },
            o => o.OnHandlerError = HandlerErrorAction.NackItems);
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a", "b");

        Assert.Equal(new BatchNack { BatchId = 1, Reason = "mine", ItemIds = { "a" } }, await call.ReceiveNackAsync());
        Assert.Equal(new BatchNack { BatchId = 1, Reason = "printer on fire", ItemIds = { "b" } }, await call.ReceiveNackAsync());
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
    }

    [Fact]
    public async Task BatchHandler_ThrowsWithIgnore_AcksAndGoesOn()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartAsync(
            server, (_, _) => throw new InvalidDataException("printer on fire"), o => o.OnHandlerError = HandlerErrorAction.Ignore);
        var call = await server.AcceptOpenAsync();

        for (var number = 1; number <= 2; number++)
        {
            await call.SendBatchAsync(number, "a");
            await call.ReceiveAckAsync(number);
            await call.ConfirmAsync(number);
        }

        Assert.False(host.IsStopping);
    }

    [Fact]
    public async Task ItemHandler_ThrowsOnOne_NacksItAloneAndWorksOnTheOthers()
    {
        var done = new List<string>();
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartItemsAsync(server, (item, _, _) =>
        {
            if (item.Id == "b") throw new InvalidDataException("no stock");
            if (item.Id == "c") throw new ItemFailedException("closed", TimeSpan.FromHours(1));
            done.Add(item.Id);
            return Task.CompletedTask;
        });
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a", "b", "c", "d");

        Assert.Equal(new BatchNack { BatchId = 1, Reason = "no stock", ItemIds = { "b" } }, await call.ReceiveNackAsync());
        var closed = new BatchNack { BatchId = 1, Reason = "closed", ItemIds = { "c" }, Delay = TimeSpan.FromHours(1).ToDuration() };
        Assert.Equal(closed, await call.ReceiveNackAsync());
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        Assert.Equal(["a", "d"], done);
    }

    [Fact]
    public async Task ItemHandler_ReadsAnItemWithAnError_NacksItWithTheError()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartItemsAsync(server, (item, _, _) => Task.FromResult(item.As<object>()));
        var call = await server.AcceptOpenAsync();
        var broken = Wire.Item("a");
        broken.Content = Google.Protobuf.ByteString.Empty;
        broken.Error = "x is undefined";

        await call.SendAsync(Wire.Chunk(1, last: true, broken));

        Assert.Contains("the subscription's script failed: x is undefined", (await call.ReceiveNackAsync()).Reason, StringComparison.Ordinal);
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
    }

    [Fact]
    public async Task ItemHandler_ThrowsWithNackBatch_GivesTheBatchBack()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartItemsAsync(
            server,
            (item, _, _) => item.Id == "b" ? throw new InvalidDataException("no stock") : Task.CompletedTask,
            o => o.OnHandlerError = HandlerErrorAction.NackBatch);
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a", "b");

        Assert.Empty((await call.ReceiveNackAsync()).ItemIds);
    }

    [Fact]
    public async Task ItemHandler_LeaseLostMeanwhile_NothingIsNackedAndItComesAgain()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync();
        await using var host = await HostFixture.StartItemsAsync(server, (item, _, token) =>
        {
            if (!started.TrySetResult()) return Task.CompletedTask;
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b");
        await started.Task.Within();
        call.FailWith("SHUTTING_DOWN", StatusCode.Unavailable);

        var second = await server.AcceptOpenAsync();
        await second.SendBatchAsync(1, "a", "b");

        await second.ReceiveAckAsync(1);
        await second.ConfirmAsync(1);
    }
}
