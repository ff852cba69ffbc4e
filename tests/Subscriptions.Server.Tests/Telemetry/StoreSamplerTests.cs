using Microsoft.Extensions.DependencyInjection;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Telemetry.Instruments;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class StoreSamplerTests
{
    [Fact]
    public async Task Page_StoreIsStuck_ComesWithoutWhatIsTooOld()
    {
        StuckStoreProvider? provider = null;
        await using var metered = await MeteredServer.StartAsync(stores: clock =>
            new EngineStores(provider = new StuckStoreProvider(clock), new FakeSubscriptionStore(), "memory"));
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1");
        Assert.Equal(1, (await metered.ReadAsync())["subscriptions_database_documents"]);

        provider!.Stick();
        metered.Clock.Advance(TimeSpan.FromSeconds(1));
        var stuck = await ReadSlowlyAsync(metered);
        Assert.Equal(1, stuck.TryGet("subscriptions_database_documents"));

        metered.Clock.Advance(TimeSpan.FromSeconds(31));
        stuck = await ReadSlowlyAsync(metered);
        Assert.Null(stuck.TryGet("subscriptions_database_documents"));
        Assert.Null(stuck.TryGet("subscriptions_subscription_lag_time_seconds"));
        Assert.Equal(1, stuck["subscriptions_subscription_lag"]);

        provider.Release();
        var page = await metered.ReadUntilAsync(p => p.TryGet("subscriptions_database_documents") is not null);
        Assert.Equal(1, page["subscriptions_database_documents"]);
    }

    [Fact]
    public async Task Sampler_AskedWithoutNotice_KnowsSoonAfterAndStaysFresh()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        await metered.Server.PutAsync("orders/1");
        var sampler = metered.Server.Server.Services.GetRequiredService<EngineMetrics>().Sampler;
        var shop = metered.Server.Server.Engine.Databases.Get("shop");
        Assert.Null(sampler.StatisticsOf(shop));

        sampler.Touch();
        await UntilAsync(metered, () => sampler.StatisticsOf(shop)?.Documents == 1);
        await metered.Server.PutAsync("orders/2");
        metered.Clock.Advance(TimeSpan.FromSeconds(10));
        await UntilAsync(metered, () => sampler.StatisticsOf(shop)?.Documents == 2);

        Assert.InRange(sampler.LagTimeOf(shop, shop.Subscriptions.Get("ship"))!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Sampler_NobodyAsksAnyMore_Rests()
    {
        await using var metered = await MeteredServer.StartAsync();
        await metered.Server.SetUpShopAsync();
        var sampler = metered.Server.Server.Services.GetRequiredService<EngineMetrics>().Sampler;
        var shop = metered.Server.Server.Engine.Databases.Get("shop");
        sampler.Touch();
        await UntilAsync(metered, () => sampler.StatisticsOf(shop) is not null);

        metered.Clock.Advance(TimeSpan.FromMinutes(6));
        await metered.Server.PutAsync("orders/1");
        metered.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(sampler.StatisticsOf(shop));
    }

    // As the page waits for a second of the server's time. Time passes slowly, because what is known must not grow too old meanwhile.
    private static async Task<ExpositionPage> ReadSlowlyAsync(MeteredServer metered)
    {
        var reading = MetricsPageTests.ReadAsync(metered.Server);
        for (var i = 0; i < 25 && !reading.IsCompleted; i++)
        {
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken));
            metered.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await reading.Within();
    }

    private static async Task UntilAsync(MeteredServer metered, Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            metered.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(condition(), "It does not become true.");
    }
}
