using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;
using Event = Subscriptions.V1.WatchSubscriptionResponse.EventOneofCase;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>What an operator sees of a subscription.</summary>
public sealed class MonitoringTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetFigures_AfterWork_TellsCountsWorkersAndHistory()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open());
        var (refused, _) = await second.ReceiveEndAsync();
        await server.PutAsync("orders/3");
        await worker.ReceiveBatchAsync();

        var snapshot = await GetAsync(server);

        var figures = snapshot.Figures;
        Assert.Equal((2, 3, 1, 1, 1, 1), (figures.Counts.Batches, figures.Counts.Items, figures.Counts.Acks, figures.BatchesInFlight, figures.ItemsInFlight, figures.Lag));
        Assert.True(figures.LagTime.ToTimeSpan() > TimeSpan.Zero && figures.LastAckAt is not null, $"{figures}");
        Assert.Equal("from Orders", figures.Definition.Query);
        var connected = Assert.Single(figures.Workers);
        Assert.Equal(("worker-a", ConnectionState.Active, 1, 1), (connected.Worker.Name, connected.State, connected.Worker.FencingToken, connected.Worker.BatchesInFlight));
        var turnedAway = snapshot.Connections[1];
        Assert.Equal((ConnectionState.Refused, ErrorReason.InUse), (turnedAway.State, turnedAway.EndReason));
        Assert.Contains(turnedAway.EndMessage, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal([BatchState.Confirmed, BatchState.Sent], snapshot.Batches.Select(b => b.State == BatchState.Sending ? BatchState.Sent : b.State));
        Assert.True(snapshot.Batches[0].SendingAt <= snapshot.Batches[0].SentAt && snapshot.Batches[0].AckedAt <= snapshot.Batches[0].EndedAt);
    }

    [Fact]
    public async Task GetFigures_DisabledSubscription_RemembersWhoWasRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.Subscriptions.DisableSubscriptionAsync(
            new DisableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within();
        await Assert.ThrowsAsync<RpcException>(async () => await (await server.OpenAsync()).ReceiveBatchAsync());

        var connection = Assert.Single((await GetAsync(server)).Connections);

        Assert.Equal((ConnectionState.Refused, ErrorReason.SubscriptionDisabled), (connection.State, connection.EndReason));
    }

    [Fact]
    public async Task GetFigures_UnknownSubscription_IsNotFound()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();

        await RpcAssert.FailsAsync(
            StatusCode.NotFound,
            "SUBSCRIPTION_NOT_FOUND",
            server.Monitoring.GetFiguresAsync(new GetFiguresRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Watch_WorkerComesFailsAndAcks_IsToldAsItHappens()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var watch = Watch(server);
        Assert.Equal("ship", (await NextAsync(watch, Event.Snapshot)).Snapshot.Figures.Definition.Name);
        using var worker = await server.OpenAsync();

        var opened = await NextAsync(watch, Event.Connection, r => r.Connection.State == ConnectionState.Active);
        await worker.ReceiveBatchAsync();
        var sent = await NextAsync(watch, Event.Batch, r => r.Batch.SentAt is not null);
        await worker.NackItemsAsync(1, "no stock", "orders/2");
        var failed = await NextAsync(watch, Event.ItemFailure);
        await worker.AckAsync(1);
        var acked = await NextAsync(watch, Event.Batch, r => r.Batch.State == BatchState.Confirmed);
        var figures = await NextAsync(watch, Event.Figures, r => r.Figures.Counts.Acks == 1);

        Assert.Equal(("worker-a", opened.Connection.Id, 2), (sent.Batch.WorkerName, sent.Batch.ConnectionId, sent.Batch.Items));
        Assert.Equal(("orders/2", "worker-a", "no stock", ItemFate.Retried),
            (failed.ItemFailure.Id, failed.ItemFailure.WorkerName, failed.ItemFailure.Reason, failed.ItemFailure.Fate));
        Assert.True(acked.Batch.AckedAt >= sent.Batch.SentAt && acked.At is not null, $"{acked}");
        Assert.Equal((1, 1, 0), (figures.Figures.Counts.Failed, figures.Figures.RetryCount, figures.Figures.Lag));
    }

    [Fact]
    public async Task Watch_CursorMovesAndSubscriptionIsDeleted_IsToldAndEnds()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var watch = Watch(server);
        await NextAsync(watch, Event.Snapshot);
        await server.Subscriptions.SetCursorAsync(
            new SetCursorRequest { Database = "shop", Name = "ship", Cursor = new Cursor { Now = new Cursor.Types.Now() } }, cancellationToken: Cancelled).ResponseAsync.Within();

        Assert.StartsWith("p0:1-", (await NextAsync(watch, Event.CursorMove)).CursorMove.ChangeVector, StringComparison.Ordinal);
        await server.Subscriptions.DeleteSubscriptionAsync(
            new DeleteSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within();
        await server.CreateSubscriptionAsync();

        await RpcAssert.FailsAsync(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", async () =>
        {
            while (true) await NextAsync(watch, Event.Figures);
        });
    }

    [Fact]
    public async Task Watch_ServerStops_EndsWithTheReason()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var watch = Watch(server);
        await NextAsync(watch, Event.Snapshot);

        var stopping = server.StopAsync();

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "SHUTTING_DOWN", async () =>
        {
            while (true) await NextAsync(watch, Event.Figures);
        });
        await stopping;
    }

    private static async Task<SubscriptionSnapshot> GetAsync(ServerFixture server) => (await server.Monitoring.GetFiguresAsync(
        new GetFiguresRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled).ResponseAsync.Within()).Snapshot;

    private static AsyncServerStreamingCall<WatchSubscriptionResponse> Watch(ServerFixture server) => server.Monitoring.WatchSubscription(
        new WatchSubscriptionRequest { Database = "shop", Subscription = "ship" }, cancellationToken: Cancelled);

    // Passes over what else is told.
    private static async Task<WatchSubscriptionResponse> NextAsync(
        AsyncServerStreamingCall<WatchSubscriptionResponse> watch, Event kind, Predicate<WatchSubscriptionResponse>? isMeant = null)
    {
        while (true)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancelled).Within());
            if (watch.ResponseStream.Current is var response && response.EventCase == kind && isMeant?.Invoke(response) != false) return response;
        }
    }
}
