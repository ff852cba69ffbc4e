using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>What a worker tells of itself while it works.</summary>
public sealed class EventTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acked_TwoBatchesAtOnce_IsToldOnceWithTheVector()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 2);
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await call.SendBatchAsync(2, "b");
        var acks = new[] { (await reader.NextAsync()).AckAsync(Cancelled), (await reader.NextAsync()).AckAsync(Cancelled) };
        await call.ReceiveAckAsync(1);
        await call.ReceiveAckAsync(2);

        await call.ConfirmAsync(2);

        await Task.WhenAll(acks).Within();
        Assert.Equal(new WorkerEvent.Acked(2, "cv2"), await reader.EventAsync<WorkerEvent.Acked>());
    }

    [Fact]
    public async Task Nacked_ItemThenBatch_TellsWhatTheServerIsTold()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b");
        var batch = await reader.NextAsync();

        await batch.NackItemAsync(batch.Items[1], new string('x', 2000), TimeSpan.FromSeconds(1), Cancelled).Within();
        await batch.NackAsync("all of it", cancellationToken: Cancelled).Within();

        var item = await reader.EventAsync<WorkerEvent.Nacked>();
        Assert.Equal((1L, "b", 1024, TimeSpan.FromSeconds(1)), (item.BatchId, Assert.Single(item.ItemIds), item.Reason.Length, item.Delay));
        var whole = await reader.EventAsync<WorkerEvent.Nacked>();
        Assert.Empty(whole.ItemIds);
        Assert.Equal(("all of it", null), (whole.Reason, whole.Delay));
    }

    [Fact]
    public async Task Ended_Drained_HasNoCause()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.CloseWhenDrained = true);
        _ = reader.Move();
        (await server.AcceptOpenAsync()).Complete();

        await reader.EndsAsync();

        Assert.Null((await reader.EventAsync<WorkerEvent.Ended>()).Cause);
    }

    [Fact]
    public async Task Ended_ReconnectsBetween_IsToldOnceAndLast()
    {
        var events = new List<WorkerEvent>();
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.OnEvent = e => events.Add(e));
        _ = reader.Move();
        (await server.AcceptOpenAsync()).FailWith("SHUTTING_DOWN", StatusCode.Unavailable);
        (await server.AcceptOpenAsync()).FailWith("DROPPED", StatusCode.Aborted);

        var failure = await reader.FailsAsync<SubscriptionDroppedException>();

        Assert.Collection(
            events,
            e => Assert.IsType<WorkerEvent.Connected>(e),
            e => Assert.NotNull(Assert.IsType<WorkerEvent.Disconnected>(e).RetryIn),
            e => Assert.IsType<WorkerEvent.Connected>(e),
            e => Assert.Null(Assert.IsType<WorkerEvent.Disconnected>(e).RetryIn),
            e => Assert.Same(failure, Assert.IsType<WorkerEvent.Ended>(e).Cause));
    }

    [Fact]
    public async Task OnEvent_ThatCausesEvents_IsNeverCalledWithinItself()
    {
        var depth = 0;
        var deepest = 0;
        var told = new List<string>();
        SubscriptionBatch? batch = null;
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.OnEvent = e =>
        {
            deepest = Math.Max(deepest, ++depth);
            told.Add(e.GetType().Name);
            if (e is WorkerEvent.Nacked { ItemIds: { Count: 1 } ids } && ids.Contains("a"))
            {
                batch!.NackItemAsync(batch.Items[1], "the other too", cancellationToken: Cancelled);
                told.Add("returned");
            }

            depth--;
        });
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a", "b");
        batch = await reader.NextAsync();

        await batch.NackItemAsync(batch.Items[0], "one", cancellationToken: Cancelled).Within();

        Assert.Equal(["Connected", "Nacked", "returned", "Nacked"], told);
        Assert.Equal(1, deepest);
    }
}
