using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>What becomes of items that workers could not process, against the real engine.</summary>
public sealed class FailedItemConversationTests
{
    private readonly Dictionary<FakeConnection, Task> _conversations = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nack_Item_ComesAgainByTheBackOffAndTheRestIsConfirmed()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        foreach (var id in (string[])["o1", "o2"]) await engine.PutAsync(id);
        var worker = await OpenAsync(engine);
        await HearBatchAsync(worker);

        worker.Say(new WorkerMessage.Nack(1, ["o1"], "no such company", null));
        worker.Say(new WorkerMessage.Ack(1));
        await HearConfirmAsync(worker);
        var parked = Assert.Single(await RetriesAsync(engine, entry));
        Assert.Equal(("o1", 1, "no such company", "w"), (parked.Id, parked.Attempts, parked.Reason, parked.WorkerName));
        Assert.Equal(0, engine.Shop.Subscriptions.GetLag(entry));

        engine.Time.Advance(TimeSpan.FromSeconds(1.2));
        var again = await HearBatchAsync(worker);

        Assert.Equal(("o1", 2), (again.Items.Single().Id, again.AttemptOf(0)));
        worker.Say(new WorkerMessage.Ack(2));
        await HearConfirmAsync(worker);
        Assert.Empty(await RetriesAsync(engine, entry));
    }

    [Fact]
    public async Task Nack_ItemWhoseDocumentChanges_ComesInItsNewVersionAtOnceAndCountsAfresh()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var worker = await OpenAsync(engine);
        await HearBatchAsync(worker);
        worker.Say(new WorkerMessage.Nack(1, ["o1"], "", TimeSpan.FromHours(1)));
        worker.Say(new WorkerMessage.Ack(1));
        await HearConfirmAsync(worker);

        await engine.PutAsync("o1");
        var again = await HearBatchAsync(worker);

        Assert.Equal((2L, 1), (again.Items.Single().Seqno, again.AttemptOf(0)));
    }

    [Fact]
    public async Task Nack_AsOftenAsAllowed_IsADeadLetterAndReplayBringsItBack()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync(policy: new RetryPolicy { MaxAttempts = 2, InitialBackoff = TimeSpan.Zero });
        await engine.PutAsync("o1");
        var worker = await OpenAsync(engine);
        for (var batch = 1; batch <= 2; batch++)
        {
            Assert.Equal(batch, (await HearBatchAsync(worker)).AttemptOf(0));
            worker.Say(new WorkerMessage.Nack(batch, ["o1"], "no", null));
            worker.Say(new WorkerMessage.Ack(batch));
        }

        await HearConfirmAsync(worker);

        var failedItems = engine.Shop.Subscriptions.FailedItems;
        Assert.Equal(new FailedItemCounts(0, 1), await failedItems.CountAsync(entry, Cancelled));
        Assert.Equal(1, await failedItems.ReplayAsync("ship", ["o1"], Cancelled));

        var again = await HearBatchAsync(worker);
        Assert.Equal(("o1", 1), (again.Items.Single().Id, again.AttemptOf(0)));
    }

    [Fact]
    public async Task Nack_AsManyAsMayWait_NothingNewComesUntilFewerWait()
    {
        await using var engine = await Engine.StartAsync(delivery: new DeliveryOptions { MaxRetries = 2 });
        var entry = await engine.SubscribeAsync();
        foreach (var id in (string[])["o1", "o2"]) await engine.PutAsync(id);
        var worker = await OpenAsync(engine);
        Assert.Equal(2, (await HearBatchAsync(worker)).Items.Count);
        worker.Say(new WorkerMessage.Nack(1, ["o1"], "no", TimeSpan.FromSeconds(1)));
        worker.Say(new WorkerMessage.Nack(1, ["o2"], "no", TimeSpan.FromSeconds(60)));
        worker.Say(new WorkerMessage.Ack(1));
        await HearConfirmAsync(worker);
        Assert.Equal(2, (await RetriesAsync(engine, entry)).Count);

        await engine.PutAsync("o3");
        Assert.Equal(1, engine.Shop.Subscriptions.GetLag(entry));
        engine.Time.Advance(TimeSpan.FromSeconds(1.5));

        // It is there before the retry is due, and comes only behind it.
        Assert.Equal("o1", (await HearBatchAsync(worker)).Items.Single().Id);
        worker.Say(new WorkerMessage.Ack(2));
        Assert.Equal("o3", (await HearBatchAsync(worker)).Items.Single().Id);
    }

    [Fact]
    public async Task Nack_PolicyStops_SubscriptionIsDisabledAndNothingIsSkipped()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync(policy: new RetryPolicy { MaxAttempts = 1, OnExhausted = ExhaustedAction.Stop });
        await engine.PutAsync("o1");
        var (worker, conversation) = engine.Connect();
        await worker.HearAsync<ServerMessage.Opened>();
        await HearBatchAsync(worker);

        worker.Say(new WorkerMessage.Nack(1, ["o1"], "poison", null));
        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());

        Assert.Equal(ErrorCode.SubscriptionDisabled, e.Code);
        Assert.Contains("poison", entry.Definition.StoppedReason, StringComparison.Ordinal);
        await engine.Shop.Subscriptions.SetDisabledAsync("ship", false, Cancelled);
        Assert.Empty(entry.Definition.StoppedReason);
        var next = await OpenAsync(engine);
        Assert.Equal("o1", (await HearBatchAsync(next)).Items.Single().Id);
    }

    [Fact]
    public async Task Nack_UnknownItem_EndsAsViolationAndChangesNothing()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (worker, conversation) = engine.Connect();
        await worker.HearAsync<ServerMessage.Opened>();
        await HearBatchAsync(worker);

        worker.Say(new WorkerMessage.Nack(1, ["o1", "o9"], "", null));
        var e = await Assert.ThrowsAsync<EngineException>(() => conversation.Within());

        Assert.Equal((ErrorCode.ProtocolViolation, "o9"), (e.Code, e.Metadata["value"]));
        Assert.Empty(await RetriesAsync(engine, entry));
    }

    [Fact]
    public async Task Share_OneWorkerIsStuck_TheOtherGoesOnAndItsAcksOutliveARestart()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        foreach (var id in (string[])["o1", "o2", "o3"]) await engine.PutAsync(id);
        var stuck = await OpenAsync(engine, OpeningStrategy.Concurrent, "stuck");
        Assert.Equal("o1", (await HearBatchAsync(stuck)).Items.Single().Id);
        var quick = await OpenAsync(engine, OpeningStrategy.Concurrent, "quick");
        for (var batch = 1; batch <= 2; batch++)
        {
            await HearBatchAsync(quick);
            quick.Say(new WorkerMessage.Ack(batch));
            await HearConfirmAsync(quick);
        }

        Assert.Empty(entry.Stored.Progress.Cursor.Positions);
        Assert.Equal("p0:2-3", entry.Stored.Progress.AckedAbove.ToString());
        await LeaveAsync(stuck);
        await LeaveAsync(quick);
        var next = await OpenAsync(engine);
        Assert.Equal(["o1"], (await HearBatchAsync(next)).Items.Select(i => i.Id));
        next.Say(new WorkerMessage.Ack(1));
        await HearConfirmAsync(next);
        Assert.Equal(0, engine.Shop.Subscriptions.GetLag(entry));
    }

    [Fact]
    public async Task Share_DocumentChangesWhileAnotherHasIt_WaitsForThatWorkersAck()
    {
        await using var engine = await Engine.StartAsync();
        await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var first = await OpenAsync(engine, OpeningStrategy.Concurrent, "first");
        await HearBatchAsync(first);
        var second = await OpenAsync(engine, OpeningStrategy.Concurrent, "second");
        await engine.PutAsync("o1");
        await engine.PutAsync("o2");
        Assert.Equal("o2", (await HearBatchAsync(second)).Items.Single().Id);

        second.Say(new WorkerMessage.Ack(1));
        await HearConfirmAsync(second);
        first.Say(new WorkerMessage.Ack(1));

        // Whoever is free gets it.
        var again = await Task.WhenAny(HearBatchAsync(first), HearBatchAsync(second));
        Assert.Equal(("o1", 2L), ((await again).Items.Single().Id, (await again).Items.Single().Seqno));
    }

    private static async Task<IReadOnlyList<FailedItem>> RetriesAsync(Engine engine, SubscriptionEntry entry) =>
        await engine.Store.ListFailedItemsAsync(entry.Id, FailedItemKind.Retry, "", 10, Cancelled);

    private async Task<FakeConnection> OpenAsync(Engine engine, OpeningStrategy strategy = OpeningStrategy.Fail, string name = "w")
    {
        var (worker, conversation) = engine.Connect(strategy, name, maxDocs: strategy == OpeningStrategy.Fail ? 10 : 1);
        _conversations.Add(worker, conversation);
        while (await worker.HearAnyAsync() is var message and not ServerMessage.Opened) Assert.IsType<ServerMessage.Waiting>(message);
        return worker;
    }

    private async Task LeaveAsync(FakeConnection worker)
    {
        worker.Vanish();
        await Assert.ThrowsAsync<EngineException>(() => _conversations[worker].Within());
    }

    private static async Task<Batch> HearBatchAsync(FakeConnection worker)
    {
        while (true)
        {
            switch (await worker.HearAnyAsync())
            {
                case ServerMessage.Deliver(var batch):
                    return batch;
                case ServerMessage.CaughtUp or ServerMessage.AckConfirmed or ServerMessage.Heartbeat:
                    break;
                case var other:
                    throw new InvalidOperationException($"Expected a batch, heard {other}.");
            }
        }
    }

    private static async Task HearConfirmAsync(FakeConnection worker)
    {
        while (await worker.HearAnyAsync() is var message and not ServerMessage.AckConfirmed) Assert.IsNotType<ServerMessage.Closing>(message);
    }
}
