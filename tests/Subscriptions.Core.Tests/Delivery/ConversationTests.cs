using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>Whole conversations against the real engine.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task Work_AckedAndConfirmed_NextWorkerGoesOnBehindIt()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        foreach (var id in (string[])["o1", "o2", "o3"]) await engine.PutAsync(id);

        var (first, conversation) = engine.Connect(maxDocs: 2);
        Assert.Equal(1, (await first.HearAsync<ServerMessage.Opened>()).Token.Value);
        Assert.Equal(["o1", "o2"], Ids(await first.HearAsync<ServerMessage.Deliver>()));
        first.Say(new WorkerMessage.Ack(1));
        Assert.Equal(["o3"], Ids(await first.HearEitherAsync()));
        first.HalfClose();
        await conversation.Within();

        var (second, _) = engine.Connect();
        Assert.Equal(2, (await second.HearAsync<ServerMessage.Opened>()).Token.Value);
        Assert.Equal(["o3"], Ids(await second.HearAsync<ServerMessage.Deliver>()));
    }

    [Fact]
    public async Task Work_WrittenWhileCaughtUp_IsDeliveredAtOnce()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var (worker, _) = await engine.OpenAsync();
        await worker.HearAsync<ServerMessage.CaughtUp>();

        await engine.PutAsync("other", "Companies");
        await engine.PutAsync("o1");

        Assert.Equal(["o1"], Ids(await worker.HearAsync<ServerMessage.Deliver>()));
    }

    [Fact]
    public async Task Work_WorkerVanishesUnacked_NextOneGetsTheSame()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (first, conversation) = await engine.OpenAsync();
        await first.HearAsync<ServerMessage.Deliver>();

        first.Vanish();
        await Assert.ThrowsAsync<EngineException>(() => conversation.Within());

        var (second, _) = await engine.OpenAsync();
        Assert.Equal(["o1"], Ids(await second.HearAsync<ServerMessage.Deliver>()));
    }

    [Fact]
    public async Task Work_InUse_IsRefusedWithTheHolder()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var (holder, _) = await engine.OpenAsync(name: "holder");

        var (_, refused) = engine.Connect(name: "late");
        var e = await Assert.ThrowsAsync<EngineException>(() => refused.Within());

        Assert.Equal(ErrorCode.InUse, e.Code);
        Assert.Equal("holder", e.Metadata["holder"]);
    }

    [Fact]
    public async Task Work_TakenOver_OldAckChangesNothing()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (old, oldConversation) = await engine.OpenAsync();
        await old.HearAsync<ServerMessage.Deliver>();

        var (taker, _) = engine.Connect(OpeningStrategy.TakeOver);
        Assert.Equal(2, (await taker.HearAsync<ServerMessage.Opened>()).Token.Value);
        old.Say(new WorkerMessage.Ack(1));

        var e = await Assert.ThrowsAsync<EngineException>(() => oldConversation.Within());
        Assert.Equal(ErrorCode.TakenOver, e.Code);
        Assert.False(e.IsReconnect);
        Assert.Equal(["o1"], Ids(await taker.HearAsync<ServerMessage.Deliver>()));
        Assert.Empty(entry.Stored.Progress.Cursor.Positions);
    }

    [Fact]
    public async Task Work_CursorSetDuringAnAck_TheAckDoesNotUndoIt()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        foreach (var id in (string[])["o1", "o2"]) await engine.PutAsync(id);
        var (worker, conversation) = await engine.OpenAsync(maxDocs: 1);
        await worker.HearAsync<ServerMessage.Deliver>();

        var hold = engine.Store.HoldNext(SubscriptionStoreCall.SaveProgress);
        worker.Say(new WorkerMessage.Ack(1));
        await hold.Reached.Within();
        await engine.Shop.Subscriptions.SetCursorAsync("ship", new StartPoint.Beginning(), TestContext.Current.CancellationToken);
        hold.Release();

        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        Assert.Equal(ErrorCode.SubscriptionChanged, e.Code);
        Assert.Empty(entry.Stored.Progress.Cursor.Positions);
        var (next, _) = await engine.OpenAsync();
        Assert.Equal(["o1", "o2"], Ids(await next.HearAsync<ServerMessage.Deliver>()));
    }

    [Fact]
    public async Task Work_AckReachesTheStoreBehindAMoveThatIsNotYetTold_EndsAsChanged()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (worker, conversation) = await engine.OpenAsync();
        await worker.HearAsync<ServerMessage.Deliver>();

        var hold = engine.Store.HoldNext(SubscriptionStoreCall.SetCursor, HoldPoint.BeforeAnswering);
        var move = engine.Shop.Subscriptions.SetCursorAsync("ship", new StartPoint.Beginning(), TestContext.Current.CancellationToken);
        await hold.Reached.Within();
        worker.Say(new WorkerMessage.Ack(1));
        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        hold.Release();
        await move.Within();

        Assert.Equal(ErrorCode.SubscriptionChanged, e.Code);
    }

    [Fact]
    public async Task Work_FiftyWait_AreServedInOrderByTheReleaseAndNobodyPolls()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var (holder, _) = await engine.OpenAsync();
        var waiting = new List<FakeConnection>();
        for (var i = 0; i < 50; i++)
        {
            var (worker, _) = engine.Connect(OpeningStrategy.Wait, $"w{i}");
            Assert.Equal(i + 1, (await worker.HearAsync<ServerMessage.Waiting>()).Place);
            waiting.Add(worker);
        }

        // The clock stands still: who looked now and then would never see it.
        holder.HalfClose();
        for (var i = 0; i < waiting.Count; i++)
        {
            // Those before it have told it a better place each time.
            while (await waiting[i].HearAnyAsync() is var message && message is not ServerMessage.Opened)
                Assert.IsType<ServerMessage.Waiting>(message);
            waiting[i].HalfClose();
        }
    }

    [Fact]
    public async Task Work_DisabledWhileWaiting_EndsTheWait()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var (holder, held) = await engine.OpenAsync();
        var (worker, waiting) = engine.Connect(OpeningStrategy.Wait);
        await worker.HearAsync<ServerMessage.Waiting>();

        await engine.Shop.Subscriptions.SetDisabledAsync("ship", true, TestContext.Current.CancellationToken);

        foreach (var conversation in (Task[])[held, waiting])
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
            Assert.Equal(ErrorCode.SubscriptionDisabled, e.Code);
        }
    }

    [Fact]
    public async Task Work_DisabledBetweenOpenAndGrant_IsRefused()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var hold = engine.Store.HoldNext(SubscriptionStoreCall.Grant);
        var (_, conversation) = engine.Connect();
        await hold.Reached.Within();

        await engine.Shop.Subscriptions.SetDisabledAsync("ship", true, TestContext.Current.CancellationToken);
        hold.Release();

        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        Assert.Equal(ErrorCode.SubscriptionDisabled, e.Code);
    }

    [Fact]
    public async Task Work_DeletedAndCreatedAgain_OldWorkerDoesNotGoOn()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (old, conversation) = await engine.OpenAsync();
        await old.HearAsync<ServerMessage.Deliver>();

        await engine.Shop.Subscriptions.DeleteAsync("SHIP", TestContext.Current.CancellationToken);
        var entry = await engine.SubscribeAsync();
        old.Say(new WorkerMessage.Ack(1));

        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        Assert.Equal(ErrorCode.SubscriptionNotFound, e.Code);
        Assert.Empty(entry.Stored.Progress.Cursor.Positions);
    }

    [Fact]
    public async Task Work_WorkerDoesNotRead_StillGivesUpTheLease()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (stuck, conversation) = await engine.OpenAsync();
        stuck.Stalled = new TaskCompletionSource();
        await engine.PutAsync("o2");

        var (taker, _) = await engine.OpenAsync(OpeningStrategy.TakeOver);

        while (!conversation.IsCompleted)
        {
            engine.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
    }

    [Fact]
    public async Task Work_GrantFails_WorkerIsToldAndTheNextOneIsServed()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        engine.Store.FailNext(
            SubscriptionStoreCall.Grant, new Core.Documents.StoreException(Core.Documents.StoreFault.DiskFull, "no space"));

        var (_, refused) = engine.Connect();
        var e = await Assert.ThrowsAsync<EngineException>(() => refused.Within());
        var (next, _) = engine.Connect();

        Assert.Equal(ErrorCode.DiskFull, e.Code);
        await next.HearAsync<ServerMessage.Opened>();
    }

    [Fact]
    public async Task Work_SaveFails_EndsForReconnectAndRepeatsTheBatch()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (worker, conversation) = await engine.OpenAsync();
        await worker.HearAsync<ServerMessage.Deliver>();
        engine.Store.FailNext(
            SubscriptionStoreCall.SaveProgress, new Core.Documents.StoreException(Core.Documents.StoreFault.DiskFull, "no space"));

        worker.Say(new WorkerMessage.Ack(1));
        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());

        Assert.True(e.IsReconnect);
        var (next, _) = await engine.OpenAsync();
        Assert.Equal(["o1"], Ids(await next.HearAsync<ServerMessage.Deliver>()));
    }

    [Fact]
    public async Task Work_DeletesPurgedUnderASlowWorker_IsRewoundAndMissesNothing()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync(includeDeletes: true);
        foreach (var id in (string[])["o1", "o2", "o3"]) await engine.PutAsync(id);
        var (slow, conversation) = await engine.OpenAsync(maxDocs: 1);
        await slow.HearAsync<ServerMessage.Deliver>();
        slow.Say(new WorkerMessage.Ack(1));
        Assert.Equal(["o2"], Ids(await slow.HearEitherAsync()));

        await engine.Shop.DeleteDocumentAsync("o1", Core.Documents.ExpectedRevision.Any, TestContext.Current.CancellationToken);
        await engine.PutAsync("o4");
        await engine.Shop.PurgeAsync(engine.Time.GetUtcNow().AddDays(8), TestContext.Current.CancellationToken);
        Assert.Equal(4, engine.Shop.Feed.Partitions[0].PurgeSeqno);
        slow.Say(new WorkerMessage.Ack(2));

        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());
        Assert.Equal(ErrorCode.SubscriptionChanged, e.Code);
        var (next, _) = await engine.OpenAsync();
        var rewound = await next.HearAsync<ServerMessage.Rewound>();
        Assert.Equal(rewound.To, entry.Stored.Progress.Cursor);

        // The tail may still know the deletion.
        Assert.Equal(["o2", "o3", "o4"], Ids(await next.HearAsync<ServerMessage.Deliver>()).Where(id => id != "o1"));
    }

    [Fact]
    public async Task Work_Idle_HasNoTimerOfItsOwn()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        var timers = engine.Time.ArmedTimers;

        var (worker, _) = await engine.OpenAsync();
        await worker.HearAsync<ServerMessage.CaughtUp>();

        Assert.Equal(timers, engine.Time.ArmedTimers);
    }

    private static IEnumerable<string> Ids(ServerMessage message) =>
        Assert.IsType<ServerMessage.Deliver>(message).Batch.Items.Select(c => c.Id);
}
