using Google.Protobuf.WellKnownTypes;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>Batches, and items of them, that are given back.</summary>
public sealed class NackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nack_WholeBatch_SaysReasonAndDelay()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        await batch.NackAsync("printer on fire", TimeSpan.FromSeconds(90), Cancelled).Within();

        var expected = new BatchNack { BatchId = 1, Reason = "printer on fire", Delay = TimeSpan.FromSeconds(90).ToDuration() };
        Assert.Equal(expected, await call.ReceiveNackAsync());
        Assert.True(batch.IsSettled);
    }

    [Fact]
    public async Task Nack_WholeBatch_ComesAgainUnderItsNumber()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);
        await batch.NackAsync("once more", cancellationToken: Cancelled).Within();
        Assert.Null((await call.ReceiveNackAsync()).Delay);

        await call.SendAsync(Wire.Chunk(1, last: true, Wire.Item("a", attempt: 2)));

        var again = await reader.NextAsync();
        Assert.Equal((1L, 2), (again.BatchId, Assert.Single(again.Items).Attempt));
        await SettleAsync(call, again);
        await call.SendBatchAsync(2, "b");
        Assert.Equal(2, (await reader.NextAsync()).BatchId);
    }

    [Fact]
    public async Task Nack_WholeBatch_WhatWasOnItsWayIsVoid()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 4);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "old 2");
        var second = await reader.NextAsync();
        await first.NackAsync("once more", cancellationToken: Cancelled).Within();
        await call.ReceiveNackAsync();

        // Sent before the server heard of the nack, one of them cut short.
        await call.SendBatchAsync(3, "old 3");
        await call.SendAsync(Wire.Chunk(4, last: false, Wire.Item("old 4")));
        await call.SendAsync(Wire.Chunk(1, last: true, Wire.Item("a", attempt: 2)));
        await call.SendBatchAsync(2, "new 2");
        await call.SendBatchAsync(3, "new 3");

        Assert.True(second.LeaseLost.IsCancellationRequested);
        foreach (var (number, id) in new[] { (1, "a"), (2, "new 2"), (3, "new 3") })
        {
            var batch = await reader.NextAsync();
            Assert.Equal((number, id), (batch.BatchId, Assert.Single(batch.Items).Id));
            await SettleAsync(call, batch);
        }
    }

    [Fact]
    public async Task Nack_WholeBatch_ReadAheadBatchesAreNotHandedOut()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 4);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "old 2");
        await call.SendAsync(new WorkResponse { CaughtUp = new CaughtUp() });
        await reader.EventAsync<WorkerEvent.CaughtUp>();

        await first.NackAsync("once more", cancellationToken: Cancelled).Within();
        await call.SendBatchAsync(1, "a");

        Assert.Equal(1, (await reader.NextAsync()).BatchId);
    }

    [Fact]
    public async Task Nack_WholeBatch_AckOfALaterOneThrows()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "b");
        var second = await reader.NextAsync();
        var ack = second.AckAsync(Cancelled);

        await first.NackAsync("once more", cancellationToken: Cancelled).Within();

        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => second.AckAsync(Cancelled).Within());
        await call.ReceiveNackAsync();
        await call.SendBatchAsync(1, "a");
        await reader.NextAsync();
        call.AssertNothingReceived();
    }

    [Fact]
    public async Task Nack_EarlierBatchNotConfirmedYet_StaysAcked()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "b");
        var second = await reader.NextAsync();
        var ack = first.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);

        await second.NackAsync("once more", cancellationToken: Cancelled).Within();
        Assert.Equal(2, (await call.ReceiveNackAsync()).BatchId);
        await call.ConfirmAsync(1);

        await ack.Within();
        await call.SendBatchAsync(2, "b");
        Assert.Equal(2, (await reader.NextAsync()).BatchId);
    }

    [Fact]
    public async Task NackItems_SomeItems_NamesThemAheadOfTheAck()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        await batch.NackItemsAsync(["a", "b"], "no stock", cancellationToken: Cancelled).Within();
        Assert.False(batch.IsSettled);
        var ack = batch.AckAsync(Cancelled);

        Assert.Equal(new BatchNack { BatchId = 1, Reason = "no stock", ItemIds = { "a", "b" } }, await call.ReceiveNackAsync());
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        await ack.Within();
    }

    [Fact]
    public async Task NackItem_OneAfterTheOther_EachIsSaidOnce()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        await batch.NackItemAsync(batch.Items[1], "no stock", TimeSpan.FromSeconds(3), Cancelled).Within();
        await batch.NackItemsAsync(["a", "b", "a"], "too late", cancellationToken: Cancelled).Within();
        await batch.NackItemAsync(batch.Items[0], "once more", cancellationToken: Cancelled).Within();
        _ = batch.AckAsync(Cancelled);

        var first = new BatchNack { BatchId = 1, Reason = "no stock", ItemIds = { "b" }, Delay = TimeSpan.FromSeconds(3).ToDuration() };
        Assert.Equal(first, await call.ReceiveNackAsync());
        Assert.Equal(new BatchNack { BatchId = 1, Reason = "too late", ItemIds = { "a" } }, await call.ReceiveNackAsync());
        await call.ReceiveAckAsync(1);
    }

    [Fact]
    public async Task NackItem_OfNoItemOfTheBatch_IsRefusedWithoutEffect()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => batch.NackItemsAsync(["a", "x"], "no stock", cancellationToken: Cancelled).Within());
        await Assert.ThrowsAsync<TaskCanceledException>(
            () => batch.NackItemAsync(batch.Items[0], "no stock", cancellationToken: new CancellationToken(canceled: true)).Within());

        Assert.StartsWith("Batch 1 has no item 'x'.", failure.Message, StringComparison.Ordinal);
        await batch.NackItemAsync(batch.Items[0], "no stock", cancellationToken: Cancelled).Within();
        Assert.Equal(["a"], (await call.ReceiveNackAsync()).ItemIds);
    }

    [Fact]
    public async Task Nack_LongReason_IsCutBetweenCharacters()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        await batch.NackAsync(new string('x', 1023) + "\U0001F525 and more", cancellationToken: Cancelled).Within();

        Assert.Equal(new string('x', 1023), (await call.ReceiveNackAsync()).Reason);
    }

    [Fact]
    public async Task Settle_Twice_IsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);
        await batch.NackAsync("once more", cancellationToken: Cancelled).Within();

        var ack = await Assert.ThrowsAsync<InvalidOperationException>(() => batch.AckAsync(Cancelled).Within());
        var nack = await Assert.ThrowsAsync<InvalidOperationException>(() => batch.NackAsync("again", cancellationToken: Cancelled).Within());

        Assert.Equal("Batch 1 was nacked already.", ack.Message);
        Assert.Equal("Batch 1 was nacked already.", nack.Message);
        await call.SendBatchAsync(1, "a");
        var again = await reader.NextAsync();
        await SettleAsync(call, again, nacks: 1);
        var late = await Assert.ThrowsAsync<InvalidOperationException>(() => again.NackAsync("late", cancellationToken: Cancelled).Within());
        Assert.Equal("Batch 1 was acked already.", late.Message);
    }

    [Fact]
    public async Task Nack_ArgumentsOutOfRange_AreRefusedWithoutEffect()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (_, batch) = await FirstAsync(server, reader);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.NackAsync("x", TimeSpan.FromTicks(-1), Cancelled).Within());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batch.NackItemsAsync([], "x", cancellationToken: Cancelled).Within());
        await Assert.ThrowsAsync<ArgumentNullException>(() => batch.NackAsync(null!, cancellationToken: Cancelled).Within());

        Assert.False(batch.IsSettled);
    }

    private static async Task<(ScriptedCall Call, SubscriptionBatch Batch)> FirstAsync(ScriptedServer server, WorkerReader reader)
    {
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b");
        return (call, await reader.NextAsync());
    }

    private static async Task SettleAsync(ScriptedCall call, SubscriptionBatch batch, int nacks = 0)
    {
        for (; nacks > 0; nacks--)
        {
            await call.ReceiveNackAsync();
        }

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(batch.BatchId);
        await call.ConfirmAsync(batch.BatchId);
        await ack.Within();
    }
}
