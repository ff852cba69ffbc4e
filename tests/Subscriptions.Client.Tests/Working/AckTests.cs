using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>From an ack to its confirm.</summary>
public sealed class AckTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ack_NotConfirmed_DoesNotComplete()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        await call.SendAsync(new WorkResponse { CaughtUp = new CaughtUp() });
        await reader.EventAsync<WorkerEvent.CaughtUp>();

        Assert.False(ack.IsCompleted);
        await call.ConfirmAsync(1);
        await ack.Within();
        Assert.True(batch.IsSettled);
        Assert.False(batch.LeaseLost.IsCancellationRequested);
    }

    [Fact]
    public async Task Ack_Confirmed_NextBatchComes()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        for (var number = 1; number <= 3; number++)
        {
            var ack = batch.AckAsync(Cancelled);
            await call.ReceiveAckAsync(number);
            await call.ConfirmAsync(number);
            await ack.Within();
            await call.SendBatchAsync(number + 1, "x");
            batch = await reader.NextAsync();
            Assert.Equal(number + 1, batch.BatchId);
        }
    }

    [Fact]
    public async Task Ack_Twice_IsSentOnceAndBothWait()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        var first = batch.AckAsync(Cancelled);
        var second = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        await first.Within();
        await second.Within();
        await batch.AckAsync(Cancelled).Within();

        await call.SendBatchAsync(2, "b");
        await reader.NextAsync();
        call.AssertNothingReceived();
    }

    [Fact]
    public async Task Ack_OfALaterBatch_IsSentOnlyWithTheEarlierOnes()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 3);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "b");
        var second = await reader.NextAsync();

        var later = second.AckAsync(Cancelled);
        await first.ExtendAsync(Cancelled).Within();

        // The extension went out after the later ack was given: an ack that went at once would have been received before it.
        Assert.Equal(1, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
        call.AssertNothingReceived();
        var earlier = first.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        await call.ReceiveAckAsync(2);
        await call.ConfirmAsync(2);
        await earlier.Within();
        await later.Within();
    }

    [Fact]
    public async Task Confirm_OfALaterBatch_ConfirmsTheEarlierToo()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 3);
        var (call, first) = await FirstAsync(server, reader);
        await call.SendBatchAsync(2, "b");
        var second = await reader.NextAsync();
        await call.SendBatchAsync(3, "c");
        var third = await reader.NextAsync();
        var acks = new[] { first, second, third }.Select(b => b.AckAsync(Cancelled)).ToArray();
        await call.ReceiveAckAsync(1);
        await call.ReceiveAckAsync(2);
        await call.ReceiveAckAsync(3);

        await call.ConfirmAsync(2);

        await acks[0].Within();
        await acks[1].Within();
        Assert.False(acks[2].IsCompleted);
        await call.ConfirmAsync(3);
        await acks[2].Within();
    }

    [Fact]
    public async Task Confirm_OfABatchThatWasNotAcked_IsABreachOfTheContract()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        var (call, _) = await FirstAsync(server, reader);

        await call.ConfirmAsync(1);

        var failure = await reader.FailsAsync<ProtocolViolationException>();
        Assert.Contains("batch 1 was not acked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ack_CallerStopsWaiting_TheAckGoesOnItsWay()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);
        using var impatience = new CancellationTokenSource();

        var ack = batch.AckAsync(impatience.Token);
        await call.ReceiveAckAsync(1);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ack.Within());
        await call.ConfirmAsync(1);
        await batch.AckAsync(Cancelled).Within();
    }

    [Fact]
    public async Task Ack_TokenCancelledBefore_ChangesNothing()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.AckAsync(new CancellationToken(canceled: true)).Within());

        Assert.False(batch.IsSettled);
        await batch.NackAsync("not done", cancellationToken: Cancelled).Within();
        Assert.Equal(1, (await call.ReceiveNackAsync()).BatchId);
    }

    [Fact]
    public async Task Ack_ConnectionEndsBeforeTheConfirm_ThrowsAndLosesTheLease()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);
        var lost = batch.LeaseLost;

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        call.Fail(Wire.Bare(Grpc.Core.StatusCode.Unavailable, "going away"));

        var failure = await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());
        Assert.Contains("Batch 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("going away", failure.Message, StringComparison.Ordinal);
        Assert.IsType<ServerUnavailableException>(failure.InnerException);
        Assert.True(lost.IsCancellationRequested);
    }

    [Fact]
    public async Task LeaseLost_ConnectionEnds_IsCancelledAndSettlingThrows()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);
        var lost = new TaskCompletionSource();
        await using var registration = batch.LeaseLost.Register(lost.SetResult);

        call.Abort();

        await lost.Task.Within();
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => batch.AckAsync(Cancelled).Within());
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => batch.NackAsync("late", cancellationToken: Cancelled).Within());
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => batch.NackItemsAsync(["a"], "late", cancellationToken: Cancelled).Within());
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => batch.ExtendAsync(Cancelled).Within());
        Assert.False(batch.IsSettled);
    }

    [Fact]
    public async Task Ack_LeaseLostByTheServersWord_HasTheTokens()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        var (call, batch) = await FirstAsync(server, reader);

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        call.FailWith("LEASE_LOST", Grpc.Core.StatusCode.Aborted, ("fencing_token", "7"), ("current_token", "9"));

        var failure = await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());
        Assert.Equal((7L, 9L), (failure.FencingToken, failure.CurrentToken));
    }

    private static async Task<(ScriptedCall Call, SubscriptionBatch Batch)> FirstAsync(ScriptedServer server, WorkerReader reader)
    {
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        return (call, await reader.NextAsync());
    }
}
