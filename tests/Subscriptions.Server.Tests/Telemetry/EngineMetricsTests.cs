using System.Globalization;
using Grpc.Core;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>Each metric moves with what it describes, and only with that.</summary>
public sealed class EngineMetricsTests
{
    private const string Shop = "messaging_destination_name=shop";
    private const string Ship = "messaging_destination_subscription_name=ship";

    [Fact]
    public async Task Write_RequestsOperationsAndConflicts_AreCounted()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        await server.PutAsync("orders/1");
        var conflicting = Requests.Put("orders/1");
        conflicting.ExpectedRevision = "7-00000000000000000000000000000000";
        await Assert.ThrowsAsync<RpcException>(() => server.WriteAsync(conflicting));

        var page = await metered.ReadAsync();

        Assert.Equal((2, 4), (page["subscriptions_write_requests_total", Shop], page["subscriptions_write_operations_total", Shop]));
        Assert.Equal(1, page["subscriptions_write_conflicts_total", Shop]);
        Assert.Equal((3, 0), (page["subscriptions_database_documents", Shop], page["subscriptions_database_tombstones", Shop]));
        Assert.Equal(0, page["subscriptions_database_revisions", Shop]);
        Assert.Equal((4, 1), (page["subscriptions_database_seqno", Shop], page["subscriptions_database_count"]));
    }

    [Fact]
    public async Task Delivery_BatchesAcksAndInFlight_AreCounted()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        await server.WriteAsync(Requests.Put("people/1", collection: "People"));
        using var worker = await server.OpenAsync(Requests.Open(maxDocs: 2, window: 2));
        var first = await worker.ReceiveBatchAsync();
        await worker.ReceiveBatchAsync();

        var page = await metered.ReadAsync();
        Assert.Equal((2, 3), (Of(page, "delivery_batches_total"), Of(page, "delivery_changes_total")));
        Assert.Equal((2, 3), (Of(page, "subscription_in_flight"), Of(page, "subscription_in_flight_changes")));
        Assert.InRange(Of(page, "delivery_bytes_total"), 3 * 64, 3 * 200);
        Assert.Equal(Of(page, "delivery_bytes_total"), page["subscriptions_delivery_batch_size_bytes_sum"]);
        Assert.Equal((2, 3), (page["subscriptions_delivery_batch_changes_count"], page["subscriptions_delivery_batch_changes_sum"]));
        Assert.Equal((1, 2), (page["subscriptions_delivery_batch_changes_bucket", "le=1"], page["subscriptions_delivery_batch_changes_bucket", "le=2"]));
        Assert.Equal(0, Of(page, "delivery_acks_total"));

        await worker.AckAsync(first.BatchId);
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);

        page = await metered.ReadAsync();
        Assert.Equal((1, 1), (Of(page, "delivery_acks_total"), Of(page, "subscription_in_flight")));
        Assert.Equal(1, Of(page, "subscription_in_flight_changes"));

        await worker.HalfCloseAsync();
        await worker.ReceiveGoodEndAsync();

        page = await metered.ReadAsync();
        Assert.Equal((0, 0), (Of(page, "subscription_in_flight"), Of(page, "subscription_in_flight_changes")));
        Assert.Equal((2, 1), (Of(page, "delivery_batches_total"), Of(page, "delivery_acks_total")));
    }

    [Fact]
    public async Task Feeds_ListenersRowsAndHeartbeats_AreCounted()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.CreateDatabaseAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        await server.GetChangesAsync(new GetChangesRequest { Limit = 2 });
        var feed = server.Watch();
        await feed.ToCaughtUpAsync();

        var page = await metered.ReadAsync();
        Assert.Equal((1, 5, 0), (page["subscriptions_feed_listeners"], page["subscriptions_feed_rows_total"], page["subscriptions_feed_heartbeats_total"]));

        metered.Clock.Advance(TimeSpan.FromSeconds(10));
        await feed.ToCheckpointAsync();
        feed.Dispose();

        page = await metered.ReadUntilAsync(p => p["subscriptions_feed_listeners"] == 0);
        Assert.Equal((5, 1), (page["subscriptions_feed_rows_total"], page["subscriptions_feed_heartbeats_total"]));
    }

    [Fact]
    public async Task Delivery_Selective_ScansMoreThanItSends()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.CreateDatabaseAsync();
        await server.CreateSubscriptionAsync(query: "from Orders where Wanted = true");
        await server.WriteAsync([.. Enumerable.Range(0, 9).Select(i => Requests.Put($"orders/{i}", """{"Wanted":false}"""))]);
        await server.WriteAsync(Requests.Put("orders/wanted", """{"Wanted":true}"""));
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();

        var page = await metered.ReadAsync();

        Assert.Equal((10, 1), (Of(page, "delivery_scanned_total"), Of(page, "delivery_changes_total")));
    }

    [Fact]
    public async Task Delivery_Nack_IsCountedAndSentAgain()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1", "orders/2");
        using var worker = await metered.Server.OpenAsync();
        await worker.NackAsync((await worker.ReceiveBatchAsync()).BatchId);
        await worker.ReceiveBatchAsync();

        var page = await metered.ReadAsync();

        Assert.Equal((1, 4), (Of(page, "delivery_nacks_total"), Of(page, "delivery_changes_total")));
        Assert.Equal((1, 2), (Of(page, "subscription_in_flight"), Of(page, "subscription_in_flight_changes")));
    }

    [Fact]
    public async Task Delivery_CursorOfAnotherHistory_IsARewind()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        var id = new SubscriptionId(long.Parse((await server.GetSubscriptionAsync()).Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.True(BranchId.TryParse("00c3a1b2c3d4e5f6", out var foreign));
        await server.SubscriptionStore.SetCursorAsync(
            id, new ResumeToken([new Position(0, foreign, 7, 7, 7, 0)]), TestContext.Current.CancellationToken).Within();
        using var worker = server.Connect();
        await worker.OpenAsync(Requests.Open());
        await worker.ReceiveUntilAsync(WorkResponse.MessageOneofCase.BatchChunk);

        Assert.Equal(1, Of(await metered.ReadAsync(), "delivery_rewinds_total"));
    }

    [Fact]
    public async Task Lag_ChangesAndTheirAge_AreThoseAboveTheStoredCursor()
    {
        await using var metered = await MeteredServer.StartAsync();
        var server = metered.Server;
        await server.CreateDatabaseAsync(partitions: 3);
        await server.CreateSubscriptionAsync();
        Assert.Equal((0, 0), LagOf(await metered.ReadAsync()));

        await server.PutAsync("orders/1");
        metered.Clock.Advance(TimeSpan.FromSeconds(20));
        await server.PutAsync("orders/2", "orders/3");
        metered.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((3, 30), LagOf(await metered.ReadAsync()));

        // The oldest is replaced, which is a change more, and what is left is younger.
        await server.PutAsync("orders/1");
        Assert.Equal((4, 11), LagOf(await metered.ReadAsync()));

        using var worker = await server.OpenAsync();
        await worker.ReceiveBatchAsync();
        Assert.Equal((4, 12), LagOf(await metered.ReadAsync()));

        await worker.AckAsync(1);
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        Assert.Equal((0, 0), LagOf(await metered.ReadAsync()));
    }

    [Fact]
    public async Task Lag_BelowTheTail_IsReadFromTheStoreAndNotCountedAsARead()
    {
        await using var metered = await MeteredServer.StartAsync(s => s with { Limits = s.Limits with { TailBytes = 1 } });
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1");
        metered.Clock.Advance(TimeSpan.FromSeconds(4));

        var page = await metered.ReadAsync();

        Assert.Equal((1, 5), LagOf(page));
        Assert.Equal((0, 0), (ReadsOf(page, "tail"), ReadsOf(page, "store")));
    }

    [Theory]
    [InlineData(16 * 1024 * 1024, "tail", "store")]
    [InlineData(1, "store", "tail")]
    public async Task Feed_Reads_TellMemoryAndStoreApart(int tailBytes, string used, string unused)
    {
        await using var metered = await MeteredServer.StartAsync(s => s with { Limits = s.Limits with { TailBytes = tailBytes } });
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1");
        using var worker = await metered.Server.OpenAsync();
        await worker.AckNextAsync();

        var page = await metered.ReadAsync();

        Assert.True(ReadsOf(page, used) >= 1);
        Assert.Equal(0, ReadsOf(page, unused));
    }

    [Fact]
    public async Task Stores_RealFiles_TellCommitsGroupsWaitsAndSize()
    {
        using var folder = new TemporaryFolder();

        // A clock that stands still: nothing is swept, which would be a request too.
        var clock = new FakeTimeProvider();
        var stores = await EngineStores.OpenAsync(folder["data"], clock).Within();
        await using var server = await ServerFixture.StartAsync(time: clock, stores: stores);
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        using var worker = await server.OpenAsync();
        await worker.AckNextAsync();

        var page = await MetricsPageTests.ReadAsync(server);

        const string Documents = "subscriptions_store_name=documents";
        const string Subscriptions = "subscriptions_store_name=subscriptions";
        Assert.Equal(
            (1, 3), (page["subscriptions_store_commit_requests_sum", Documents], page["subscriptions_store_commit_operations_sum", Documents]));
        Assert.Equal(1, page["subscriptions_store_commit_duration_seconds_count", Documents]);
        Assert.Equal(1, page["subscriptions_store_queue_time_seconds_count", Documents]);

        // Created, granted, acked.
        Assert.Equal(3, page["subscriptions_store_commit_requests_sum", Subscriptions]);
        Assert.Equal(0, page.TryGet("subscriptions_store_queue_length", Documents));
        Assert.True(page["subscriptions_database_size_bytes", Shop] > 4096);
        Assert.Null(page.TryGet("subscriptions_store_faults_total"));
    }

    [Fact]
    public async Task Names_QuotesBackslashesAndUnicode_ComeThroughAsTheyAre()
    {
        const string Name = "a \"quoted\" back\\slash {x=\"1\"} \u00fc \U0001f600";
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.CreateDatabaseAsync();
        await metered.Server.CreateSubscriptionAsync(Name);

        var sample = Assert.Single((await metered.ReadAsync()).Find("subscriptions_subscription_lag")!.Samples);

        Assert.Equal(Name, sample.Labels["messaging_destination_subscription_name"]);
    }

    [Fact]
    public async Task Database_Dropped_LeavesThePage()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1");
        Assert.Equal(1, (await metered.ReadAsync()).TryGet("subscriptions_database_documents", Shop));

        await metered.Server.Databases.DropDatabaseAsync(
            new DropDatabaseRequest { Name = "shop" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Within();

        var page = await metered.ReadAsync();
        Assert.Equal(0, page.TryGet("subscriptions_database_count"));
        Assert.DoesNotContain(page.Families.SelectMany(f => f.Samples), s => s.Labels.Values.Contains("shop"));
    }

    [Fact]
    public async Task TwoServers_OneProcess_DoNotMix()
    {
        await using var busy = await MeteredServer.StartAsync();
        await using var idle = await MeteredServer.StartAsync();
        await busy.Server.SetUpShopAsync();
        await idle.Server.SetUpShopAsync();
        await busy.Server.PutAsync("orders/1");
        using var worker = await busy.Server.OpenAsync();
        await worker.AckNextAsync();

        Assert.Equal(1, Of(await busy.ReadAsync(), "delivery_changes_total"));
        var page = await idle.ReadAsync();
        Assert.Equal((0, 0), (Of(page, "delivery_changes_total"), page["subscriptions_write_requests_total"]));
        Assert.Equal((0, 0), (page["subscriptions_lease_granted_total"], page["subscriptions_delivery_batch_changes_count"]));
    }

    private static double Of(ExpositionPage page, string metric) => page["subscriptions_" + metric, Shop, Ship];

    private static double ReadsOf(ExpositionPage page, string source) => page["subscriptions_feed_reads_total", Shop, "subscriptions_feed_source=" + source];

    private static (double? Changes, double? Seconds) LagOf(ExpositionPage page) =>
        (page.TryGet("subscriptions_subscription_lag", Shop, Ship), page.TryGet("subscriptions_subscription_lag_time_seconds", Shop, Ship));
}
