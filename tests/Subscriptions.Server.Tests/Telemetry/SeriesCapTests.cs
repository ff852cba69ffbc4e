using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class SeriesCapTests
{
    private const string Overflow = "otel_metric_overflow=true";

    [Fact]
    public async Task Subscriptions_MoreThanTheCap_ShareASeries()
    {
        await using var metered = await MeteredServer.StartAsync(Cap(2));
        await metered.Server.CreateDatabaseAsync();
        await CreateAsync(metered, "a", "b", "c", "d");
        await metered.Server.PutAsync("orders/1", "orders/2");
        metered.Clock.Advance(TimeSpan.FromSeconds(6));

        var page = await metered.ReadAsync();

        Assert.Equal(["", "a", "b"], NamesIn(page, "subscriptions_subscription_lag"));
        Assert.Equal((2, 4), (page["subscriptions_subscription_lag", Name("a")], page["subscriptions_subscription_lag", Overflow]));
        Assert.Equal(7, page["subscriptions_subscription_lag_time_seconds", Overflow]);
        Assert.Equal(2, page.Find("subscriptions_subscription_workers")!.Samples.Count(s => s.Labels.ContainsKey("otel_metric_overflow")));
        Assert.Equal(4, page["subscriptions_database_subscriptions"]);
    }

    [Fact]
    public async Task Subscriptions_ComeAndGo_NoCountGoesBack()
    {
        await using var metered = await MeteredServer.StartAsync(Cap(1));
        await metered.Server.CreateDatabaseAsync();
        await CreateAsync(metered, "own", "other", "deleted");
        await metered.Server.PutAsync("orders/1");
        foreach (var name in new[] { "own", "other", "deleted" }) await DrainAsync(metered, name);
        Assert.Equal(2, (await metered.ReadAsync())["subscriptions_delivery_changes_total", Overflow]);

        await DeleteAsync(metered, "deleted");
        await DeleteAsync(metered, "own");
        await CreateAsync(metered, "new");
        await DrainAsync(metered, "new");
        var page = await metered.ReadAsync();

        Assert.Equal((2, 1), (page["subscriptions_delivery_changes_total", Overflow], page["subscriptions_delivery_changes_total", Name("new")]));
        Assert.Equal(["", "new"], NamesIn(page, "subscriptions_delivery_changes_total"));
    }

    [Fact]
    public async Task Subscriptions_NoSeriesWanted_AreAllInOne()
    {
        await using var metered = await MeteredServer.StartAsync(Cap(0));
        await metered.Server.SetUpShopAsync();

        Assert.Equal([""], NamesIn(await metered.ReadAsync(), "subscriptions_subscription_lag"));
    }

    private static Func<Server.Settings.ServerSettings, Server.Settings.ServerSettings> Cap(int subscriptions) =>
        s => s with { Metrics = s.Metrics with { Subscriptions = subscriptions } };

    private static string Name(string subscription) => "messaging_destination_subscription_name=" + subscription;

    private static IEnumerable<string> NamesIn(ExpositionPage page, string metric) => page.Find(metric)!.Samples
        .Select(s => s.Labels.GetValueOrDefault("messaging_destination_subscription_name", "")).Order(StringComparer.Ordinal);

    private static async Task CreateAsync(MeteredServer metered, params string[] names)
    {
        foreach (var name in names)
        {
            metered.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await metered.Server.CreateSubscriptionAsync(name);
        }
    }

    private static async Task DrainAsync(MeteredServer metered, string name)
    {
        using var worker = metered.Server.Connect();
        await worker.OpenAsync(new WorkOpen { Database = "shop", Subscription = name, CloseWhenDrained = true });
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);
        await worker.AckNextAsync();
        await worker.ReceiveGoodEndAsync();
    }

    private static async Task DeleteAsync(MeteredServer metered, string name)
    {
        // Seen once more with what it counted, as it would be by a collector that asks now and then.
        await metered.ReadAsync();
        await metered.Server.Subscriptions.DeleteSubscriptionAsync(
            new DeleteSubscriptionRequest { Database = "shop", Name = name },
            cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Within();
    }
}
