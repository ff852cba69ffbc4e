using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>Workers whose database is restored or rewound under them.</summary>
public sealed class HistoryChangeTests
{
    private static readonly DatabaseName Shop = DatabaseName.Parse("shop");

    [Fact]
    public async Task Work_HistoryChanges_HoldersAndThoseWhoWaitAreSentToReconnect()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var (_, holder) = await engine.OpenAsync();
        var (waiting, queue) = engine.Connect(OpeningStrategy.Wait, name: "w2");
        await waiting.HearAsync<ServerMessage.Waiting>();

        await engine.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0));

        foreach (var conversation in (Task[])[holder, queue])
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
            Assert.Equal((ErrorCode.HistoryChanged, true), (e.Code, e.IsReconnect));
        }
    }

    [Fact]
    public async Task Work_AfterAChangeOfHistory_NextWorkerFollowsTheNewLog()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (first, conversation) = await engine.OpenAsync();
        await HearAsync<ServerMessage.Deliver>(first);
        first.Say(new WorkerMessage.Ack(1));
        await HearAsync<ServerMessage.AckConfirmed>(first);

        await engine.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0));
        await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        var (second, _) = await engine.OpenAsync();
        await HearAsync<ServerMessage.CaughtUp>(second);
        await engine.PutAsync("o2");

        Assert.Equal(["o2"], (await HearAsync<ServerMessage.Deliver>(second)).Batch.Items.Select(i => i.Id));
    }

    [Fact]
    public async Task Work_BeginsWhileClosed_IsSentToReconnect()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var subscription = engine.Shop.Subscriptions.Get("ship");
        var registry = engine.Shop.Subscriptions;

        await engine.Catalog.WhileClosedAsync(Shop, () =>
        {
            var e = Assert.Throws<EngineException>(() => registry.Begin(subscription, subscription.Stored.Progress));
            Assert.Equal((ErrorCode.HistoryChanged, true), (e.Code, e.IsReconnect));
            return Task.FromResult(0);
        });
    }

    // The new worker shares the epoch of those that are just leaving, and must not join them on the old log.
    [Fact]
    public async Task Work_SharedWhileTheOldOnesLeave_ReadsTheNewLog()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.OpenAsync(OpeningStrategy.Concurrent);

        await engine.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0));
        var (second, _) = await engine.OpenAsync(OpeningStrategy.Concurrent, name: "w2");
        await engine.PutAsync("o1");

        Assert.Equal(["o1"], (await HearAsync<ServerMessage.Deliver>(second)).Batch.Items.Select(i => i.Id));
    }

    private static async Task<T> HearAsync<T>(FakeConnection worker)
        where T : ServerMessage
    {
        while (true)
        {
            if (await worker.HearAnyAsync() is T expected) return expected;
        }
    }
}
