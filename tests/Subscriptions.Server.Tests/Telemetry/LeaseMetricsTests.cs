using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class LeaseMetricsTests
{
    [Fact]
    public async Task Lease_OpenedAndFinished_IsGrantedActiveAndReleased()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var worker = await metered.Server.OpenAsync();
        var page = await metered.ReadAsync();
        Assert.Equal((1, 1), (page["subscriptions_lease_granted_total"], page["subscriptions_lease_active"]));
        Assert.Equal((1, 0), WorkersOf(page));

        await worker.HalfCloseAsync();
        await worker.ReceiveGoodEndAsync();

        page = await metered.ReadAsync();
        Assert.Equal((1, 0), (page["subscriptions_lease_released_total"], page["subscriptions_lease_active"]));
        Assert.Equal((0, 0), WorkersOf(page));
        Assert.Null(page.Find("subscriptions_lease_lost_total"));
    }

    [Fact]
    public async Task Lease_SomebodyHasIt_IsRefused()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var holder = await metered.Server.OpenAsync();
        using var second = metered.Server.Connect();
        await second.OpenAsync(Requests.Open(worker: "worker-b"));
        await second.ReceiveEndAsync();

        var page = await metered.ReadAsync();

        Assert.Equal((1, 1), (page["subscriptions_lease_refused_total", "error_type=IN_USE"], page["subscriptions_lease_active"]));
    }

    [Fact]
    public async Task Lease_Waiting_ShowsAsWaiting()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var holder = await metered.Server.OpenAsync();
        using var second = metered.Server.Connect();
        await second.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: "worker-b"));
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);

        Assert.Equal((1, 1), WorkersOf(await metered.ReadAsync()));

        second.Dispose();
        await metered.ReadUntilAsync(p => p["subscriptions_lease_refused_total", "error_type=DISCONNECTED"] == 1 && WorkersOf(p) == (1, 0));
    }

    [Fact]
    public async Task Lease_TakenOver_IsLostOnceAndGrantedTwice()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var first = await metered.Server.OpenAsync();
        using var second = await metered.Server.OpenAsync(Requests.Open(OpeningStrategy.TakeOver, worker: "worker-b"));
        await first.ReceiveEndAsync();

        var page = await metered.ReadAsync();

        Assert.Equal((2, 1), (page["subscriptions_lease_granted_total"], page["subscriptions_lease_lost_total", "error_type=TAKEN_OVER"]));
        Assert.Equal(1, page["subscriptions_lease_active"]);
    }

    [Theory]
    [InlineData("DROPPED")]
    [InlineData("SUBSCRIPTION_DISABLED")]
    [InlineData("SUBSCRIPTION_NOT_FOUND")]
    public async Task Lease_AdministratorEndsIt_IsLostForThatReason(string reason)
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var worker = await metered.Server.OpenAsync();
        await EndAsync(metered.Server, reason);
        await worker.ReceiveEndAsync();

        var page = await metered.ReadAsync();

        Assert.Equal((1, 0), (page["subscriptions_lease_lost_total", "error_type=" + reason], page["subscriptions_lease_active"]));
    }

    [Fact]
    public async Task Lease_SilentWorker_IsLost()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        using var worker = await metered.Server.OpenAsync();
        await metered.Clock.AdvanceUntilAsync(worker.ReceiveEndAsync());

        Assert.Equal(1, (await metered.ReadAsync())["subscriptions_lease_lost_total", "error_type=WORKER_SILENT"]);
    }

    [Fact]
    public async Task Lease_WorkerVanishes_IsLostAndFree()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        (await metered.Server.OpenAsync()).Dispose();

        await metered.ReadUntilAsync(p => p["subscriptions_lease_lost_total", "error_type=DISCONNECTED"] == 1 && p["subscriptions_lease_active"] == 0);
    }

    [Fact]
    public async Task Lease_UnknownNames_AreRefusedWithoutBecomingLabels()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        for (var i = 0; i < 5; i++)
        {
            using var worker = metered.Server.Connect();
            await worker.OpenAsync(new WorkOpen { Database = "shop", Subscription = $"hostile-{i}" });
            await worker.ReceiveEndAsync();
        }

        var sample = Assert.Single((await metered.ReadAsync()).Find("subscriptions_lease_refused_total")!.Samples);

        Assert.Equal((5, "SUBSCRIPTION_NOT_FOUND"), (sample.Value, sample.Labels["error_type"]));
    }

    private static (double? Active, double? Waiting) WorkersOf(ExpositionPage page) => (
        page.TryGet("subscriptions_subscription_workers", "subscriptions_worker_state=active"),
        page.TryGet("subscriptions_subscription_workers", "subscriptions_worker_state=waiting"));

    private static async Task EndAsync(ServerFixture server, string reason)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var admin = server.Subscriptions;
        switch (reason)
        {
            case "DROPPED":
                await admin.DropWorkersAsync(new DropWorkersRequest { Database = "shop", Name = "ship" }, cancellationToken: cancelled).ResponseAsync.Within();
                break;
            case "SUBSCRIPTION_DISABLED":
                await admin.DisableSubscriptionAsync(
                    new DisableSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: cancelled).ResponseAsync.Within();
                break;
            default:
                await admin.DeleteSubscriptionAsync(
                    new DeleteSubscriptionRequest { Database = "shop", Name = "ship" }, cancellationToken: cancelled).ResponseAsync.Within();
                break;
        }
    }
}
