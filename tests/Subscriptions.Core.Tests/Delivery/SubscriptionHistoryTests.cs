using Subscriptions.Core.Delivery;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

public sealed class SubscriptionHistoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Work_SentAckedAndConfirmed_IsRememberedWithItsTimes()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        await engine.PutAsync("o2");
        var (worker, conversation) = engine.Connect(closeWhenDrained: true);
        await HearAsync<ServerMessage.Deliver>(worker);
        var sent = Assert.Single(await BatchesAsync(entry, b => b.State == BatchState.Sent));
        engine.Time.Advance(TimeSpan.FromSeconds(3));
        worker.Say(new WorkerMessage.Ack(1));
        await HearAsync<ServerMessage.AckConfirmed>(worker);
        await conversation.Within();

        var batch = Assert.Single(entry.History.GetSnapshot().Batches);
        Assert.Equal((BatchState.Confirmed, 1, 2, 0, 1), (batch.State, batch.BatchId, batch.Items, batch.Redelivered, batch.Attempt));
        Assert.Equal(TimeSpan.FromSeconds(3), batch.AckedAt - sent.SentAt);
        Assert.True(batch.BuiltAt <= batch.SendingAt && batch.SendingAt <= batch.SentAt && batch.AckedAt <= batch.EndedAt);
        var connection = Assert.Single(entry.History.GetSnapshot().Connections);
        Assert.Equal((ConnectionState.Finished, "w", 1L), (connection.State, connection.Worker.Name, connection.Token?.Value));
        Assert.Equal((1, 2, 1, 0, 0), Short(connection.Figures));
        Assert.Equal(batch.AckedAt, connection.Figures.LastAckAt);
        Assert.Empty(entry.History.GetConnected());
    }

    [Fact]
    public async Task Work_NackedAndSentAgain_IsTwoBatchesAndCountsRedelivered()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (worker, _) = engine.Connect();
        await HearAsync<ServerMessage.Deliver>(worker);
        worker.Say(new WorkerMessage.Nack(1, [], "no stock", TimeSpan.Zero));
        await HearAsync<ServerMessage.Deliver>(worker);

        var batches = entry.History.GetSnapshot().Batches;
        Assert.Equal((BatchState.Nacked, "no stock", 1), (batches[0].State, batches[0].NackReason, batches[0].Attempt));
        Assert.Equal((1L, 2, 1), (batches[1].BatchId, batches[1].Attempt, batches[1].Redelivered));
        Assert.Equal((2, 2, 0, 1, 1), Short(Assert.Single(entry.History.GetConnected()).Figures));
        Assert.Equal(1, entry.Figures.Totals.Redelivered);
    }

    [Fact]
    public async Task Work_ItemsFailUntilGivenUp_AreCountedAndTold()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.Shop.Subscriptions.UpdateAsync(
            "ship", new SubscriptionChanges { RetryPolicy = RetryPolicy.Default with { MaxAttempts = 2 } }, CancellationToken.None);
        await engine.PutAsync("o1");
        await engine.PutAsync("c1", "Companies");
        using var watch = entry.History.Watch();
        var (worker, _) = engine.Connect();
        await HearAsync<ServerMessage.Deliver>(worker);
        worker.Say(new WorkerMessage.Nack(1, ["o1"], "bad address", TimeSpan.Zero));
        worker.Say(new WorkerMessage.Ack(1));
        await HearAsync<ServerMessage.Deliver>(worker);
        worker.Say(new WorkerMessage.Nack(2, ["o1"], "bad address", TimeSpan.Zero));
        worker.Say(new WorkerMessage.Ack(2));
        while ((await HearAsync<ServerMessage.AckConfirmed>(worker)).BatchId != 2) continue;

        var totals = entry.Figures.Totals;
        Assert.Equal((2, 1, 1, 1), (totals.Failed, totals.Retried, totals.DeadLettered, totals.Redelivered));
        Assert.True(totals.Filtered >= 1);
        Assert.Equal(2, Assert.Single(entry.History.GetConnected()).Figures.Failed);
        var failures = Read(watch).OfType<HistoryEvent.ItemFailed>().Select(f => (f.Id, f.WorkerName, f.Reason, f.Fate));
        Assert.Equal([("o1", "w", "bad address", ItemFate.Retried), ("o1", "w", "bad address", ItemFate.DeadLettered)], failures);
    }

    [Fact]
    public async Task Work_RefusedWaitingAndVanished_AreToldApart()
    {
        await using var engine = await Engine.StartAsync();
        var entry = await engine.SubscribeAsync();
        await engine.PutAsync("o1");
        var (holder, held) = engine.Connect(name: "holder");
        await HearAsync<ServerMessage.Deliver>(holder);
        await Assert.ThrowsAsync<EngineException>(() => engine.Connect(name: "second").Conversation.Within());
        var (waiter, _) = engine.Connect(OpeningStrategy.Wait, "waiter");
        await waiter.HearAsync<ServerMessage.Waiting>();

        var waiting = entry.History.GetConnected()[1];
        Assert.Equal((ConnectionState.Waiting, 1, "waiter"), (waiting.State, waiting.Place, waiting.Worker.Name));
        holder.Vanish();
        await Assert.ThrowsAnyAsync<Exception>(() => held.Within());
        await waiter.HearAsync<ServerMessage.Opened>();

        var connections = entry.History.GetSnapshot().Connections;
        Assert.Equal([ConnectionState.Lost, ConnectionState.Refused, ConnectionState.Active], connections.Select(c => c.State));
        Assert.Equal(ErrorCode.InUse, connections[1].EndReason);
        Assert.Contains("holder", connections[1].EndMessage, StringComparison.Ordinal);
        Assert.Equal((0, 0L), (connections[0].Figures.BatchesInFlight, connections[0].Figures.ItemsInFlight));
        Assert.Equal(BatchState.Lost, entry.History.GetSnapshot().Batches[0].State);
    }

    [Fact]
    public void GetSnapshot_ManyConnectionsAndBatches_KeepsTheLast()
    {
        var history = new SubscriptionHistory();
        for (var i = 0; i < SubscriptionHistory.MostConnections + 10; i++)
            history.Refused(Worker($"w{i}"), new EngineException(ErrorCode.SubscriptionDisabled, "off"), Now);
        var connection = history.Begin(Worker("last"), Now);
        connection.Granted(new FencingToken(7), Now);
        for (var id = 1; id <= SubscriptionHistory.MostBatches + 10; id++) connection.Sending(new Batch(id, [], null, default!), 0, Now, Now);

        var snapshot = history.GetSnapshot();

        Assert.Equal(SubscriptionHistory.MostConnections + 1, snapshot.Connections.Count);
        Assert.Equal("w10", snapshot.Connections[0].Worker.Name);
        Assert.Equal(SubscriptionHistory.MostBatches, snapshot.Batches.Count);
        Assert.Equal(SubscriptionHistory.MostBatches + 10, snapshot.Batches[^1].BatchId);
    }

    [Fact]
    public void Ended_LongText_IsCut()
    {
        var history = new SubscriptionHistory();
        history.Refused(Worker("w"), new EngineException(ErrorCode.InUse, new string('x', 5000)), Now);

        Assert.Equal(256, history.GetSnapshot().Connections[0].EndMessage.Length);
    }

    [Fact]
    public void Watch_SlowReader_LosesTheOldestAndIsTold()
    {
        var history = new SubscriptionHistory();
        using var watch = history.Watch();
        for (var i = 0; i < HistoryWatch.Capacity + 3; i++) history.ItemFailed($"o{i}", "w", "no", ItemFate.Retried);

        Assert.Equal(3, watch.TakeMissed());
        Assert.Equal(0, watch.TakeMissed());
        var kept = Read(watch).Cast<HistoryEvent.ItemFailed>().ToList();
        Assert.Equal((HistoryWatch.Capacity, "o3"), (kept.Count, kept[0].Id));
    }

    [Fact]
    public async Task Watch_Disposed_EndsAndMakesRoom()
    {
        var history = new SubscriptionHistory();
        var watches = Enumerable.Range(0, SubscriptionHistory.MostWatches).Select(_ => history.Watch()).ToList();
        Assert.Equal(ErrorCode.LimitExceeded, Assert.Throws<EngineException>(history.Watch).Code);

        watches[0].Dispose();
        history.ItemFailed("o1", "w", "no", ItemFate.Retried);

        Assert.False(await watches[0].Events.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Within());
        history.Watch().Dispose();
    }

    private static WorkerInfo Worker(string name) => new(name, "127.0.0.1", OpeningStrategy.Fail, Now);

    private static (long Batches, long Items, long Acks, long Nacks, int InFlight) Short(WorkerFigures f) =>
        (f.Batches, f.Items, f.Acks, f.Nacks, f.BatchesInFlight);

    private static List<HistoryEvent> Read(HistoryWatch watch)
    {
        var read = new List<HistoryEvent>();
        while (watch.Events.TryRead(out var happening)) read.Add(happening);
        return read;
    }

    // The worker has read a batch a moment before its connection reports that it was written.
    private static async Task<IReadOnlyList<BatchRecord>> BatchesAsync(SubscriptionEntry entry, Predicate<BatchRecord> isReached)
    {
        using var watch = entry.History.Watch();
        while (!watch.Start.Batches.All(b => isReached(b)) && !entry.History.GetSnapshot().Batches.All(b => isReached(b)))
            await watch.Events.ReadAsync().AsTask().Within();
        return entry.History.GetSnapshot().Batches;
    }

    // Passes over what else the worker is told.
    private static async Task<T> HearAsync<T>(FakeConnection worker)
        where T : ServerMessage
    {
        while (true)
        {
            if (await worker.HearAnyAsync() is T expected) return expected;
        }
    }
}
