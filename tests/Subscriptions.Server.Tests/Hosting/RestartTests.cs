using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

/// <summary>A server that is stopped and started again over the same data folder.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Restart_AfterAcks_GoesOnWhereTheWorkerWas()
    {
        using var folder = new TemporaryFolder();
        string acked;
        await using (var server = await StartAsync(folder))
        {
            await server.SetUpShopAsync();
            await server.PutAsync("orders/1", "orders/2", "orders/3");
            using var worker = await server.OpenAsync(Requests.Open(maxDocs: 1));
            acked = (await worker.AckNextAsync()).ChangeVector;
            await worker.ReceiveBatchAsync();
        }

        await using var restarted = await StartAsync(folder);
        Assert.Equal((acked, 1), await StandAsync(restarted));
        await restarted.PutAsync("orders/4");
        using var again = restarted.Connect();
        await again.OpenAsync(Requests.Open());
        var opened = (await again.ReceiveAsync(WorkResponse.MessageOneofCase.Opened)).Opened;
        Assert.Equal((2, acked), (opened.FencingToken, opened.ChangeVector));
        Assert.Equal(["orders/2", "orders/3", "orders/4"], (await again.AckNextAsync()).Items.Select(i => i.Id));
    }

    [Fact]
    public async Task Restart_DatabasesAndSubscriptions_AreAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        Subscription before;
        await using (var server = await StartAsync(folder))
        {
            await server.CreateDatabaseAsync("shop", partitions: 4);
            await server.CreateDatabaseAsync("dropped");
            await server.CreateSubscriptionAsync();
            await server.CreateSubscriptionAsync(database: "dropped");
            await server.Databases.DropDatabaseAsync(
                new DropDatabaseRequest { Name = "dropped" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Within();
            before = await server.GetSubscriptionAsync();
        }

        await using var restarted = await StartAsync(folder);
        var databases = await restarted.Databases.ListDatabasesAsync(
            new ListDatabasesRequest(), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Within();
        var shop = Assert.Single(databases.Databases);
        Assert.Equal(("shop", 4), (shop.Name, shop.PartitionCount));
        Assert.Equal(before, await restarted.GetSubscriptionAsync());
        await restarted.CreateDatabaseAsync("dropped");
        Assert.Empty((await restarted.Subscriptions.ListSubscriptionsAsync(
            new ListSubscriptionsRequest { Database = "dropped" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Within()).Subscriptions);
    }

    private static async Task<(string ChangeVector, long FencingToken)> StandAsync(ServerFixture server)
    {
        var subscription = await server.GetSubscriptionAsync();
        return (subscription.ChangeVector, subscription.FencingToken);
    }

    private static async Task<ServerFixture> StartAsync(TemporaryFolder folder) =>
        await ServerFixture.StartAsync(stores: await EngineStores.OpenAsync(folder.FullPath, TimeProvider.System).Within());
}
