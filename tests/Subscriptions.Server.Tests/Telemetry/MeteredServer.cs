using Subscriptions.Server.Hosting;
using Subscriptions.Server.Settings;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

/// <summary>A server whose time a test moves, and its metrics.</summary>
internal sealed class MeteredServer : IAsyncDisposable
{
    private MeteredServer(ServerFixture server, FakeTimeProvider clock)
    {
        Server = server;
        Clock = clock;
    }

    public ServerFixture Server { get; }

    public FakeTimeProvider Clock { get; }

    public static async Task<MeteredServer> StartAsync(
        Func<ServerSettings, ServerSettings>? change = null, Func<TimeProvider, EngineStores>? stores = null)
    {
        var clock = new FakeTimeProvider();
        return new MeteredServer(await ServerFixture.StartAsync(change, clock, stores?.Invoke(clock)), clock);
    }

    /// <summary>The page, with nothing on it that is older than now.</summary>
    public async Task<ExpositionPage> ReadAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return await MetricsPageTests.ReadAsync(Server);
    }

    /// <summary>The page, once something that happens beside the test shows on it.</summary>
    public async Task<ExpositionPage> ReadUntilAsync(Func<ExpositionPage, bool> shows)
    {
        for (var i = 0; i < 1000; i++)
        {
            var page = await MetricsPageTests.ReadAsync(Server);
            if (shows(page)) return page;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The metrics do not show it.");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
