using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

/// <summary>Databases that are closed for a moment while their documents are worked on.</summary>
public sealed class DatabaseHistoryTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhileClosed_DatabaseIsBusyForEverybody()
    {
        await _fixture.CreateShopAsync();
        var codes = new List<ErrorCode>();

        await _fixture.Catalog.WhileClosedAsync(Shop, async () =>
        {
            codes.Add(Assert.Throws<EngineException>(() => _fixture.Catalog.Get("shop")).Code);
            codes.Add((await Assert.ThrowsAsync<EngineException>(() => _fixture.CreateShopAsync())).Code);
            codes.Add((await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.DropAsync("shop", Cancellation))).Code);
            codes.Add((await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0)))).Code);
            Assert.Empty(_fixture.Catalog.List());
            return 0;
        }).Within();

        Assert.All(codes, code => Assert.Equal(ErrorCode.DatabaseBusy, code));
        Assert.Equal(4, codes.Count);
    }

    [Fact]
    public async Task WhileClosed_OthersComeAndGoMeanwhile()
    {
        await _fixture.CreateShopAsync();

        await _fixture.Catalog.WhileClosedAsync(Shop, async () =>
        {
            await _fixture.Catalog.CreateAsync(DatabaseName.Parse("b"), 1, new DatabaseSettings(), Cancellation);
            var e = await Assert.ThrowsAsync<EngineException>(
                () => _fixture.Catalog.CreateAsync(DatabaseName.Parse("c"), 1, new DatabaseSettings(), Cancellation));
            Assert.Equal(ErrorCode.LimitExceeded, e.Code);
            await _fixture.Catalog.DropAsync("b", Cancellation);
            return 0;
        }).Within();

        Assert.Equal([Shop], _fixture.Catalog.List().Select(d => d.Info.Name));
    }

    [Fact]
    public async Task WhileClosed_SubscriptionsStayAndReadTheNewLog()
    {
        var before = await _fixture.CreateShopAsync();
        var definition = new SubscriptionDefinition { Database = Shop, Name = "ship", Query = "from Orders" };
        var (entry, _) = await before.Subscriptions.CreateAsync(definition, new StartPoint.Beginning(), Cancellation);

        var (after, result) = await _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult("done")).Within();
        await after.WriteAsync([Put("a", "{}")], Cancellation);

        Assert.Equal("done", result);
        Assert.Same(after, _fixture.Catalog.Get("shop"));
        Assert.NotSame(before.Feed, after.Feed);
        Assert.Same(entry, after.Subscriptions.Get("ship"));
        Assert.Equal(1, after.Subscriptions.GetLag(entry));
    }

    [Fact]
    public async Task WhileClosed_WorkFails_DatabaseIsBackAsItWas()
    {
        var before = await _fixture.CreateShopAsync();
        await before.WriteAsync([Put("a", "{}")], Cancellation);
        var fault = new StoreException(StoreFault.DiskFull, "Full.");

        var e = await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.WhileClosedAsync<int>(Shop, () => throw fault).Within());

        Assert.Same(fault, e);
        Assert.Equal("a", (await _fixture.Catalog.Get("shop").GetDocumentAsync("a", Cancellation)).Id);
    }

    [Fact]
    public async Task WhileClosed_CannotBeOpenedAgain_StaysBusyUntilItCan()
    {
        await _fixture.CreateShopAsync();
        _fixture.Disk.OpenFault = new StoreException(StoreFault.Io, "The disk is away.");
        await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0)).Within());
        Assert.Equal(ErrorCode.DatabaseBusy, Assert.Throws<EngineException>(() => _fixture.Catalog.Get("shop")).Code);

        _fixture.Disk.OpenFault = null;
        await _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0)).Within();

        Assert.Equal(Shop, _fixture.Catalog.Get("shop").Info.Name);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sweeper_DatabaseCouldNotBeOpenedAgain_OpensItAsSoonAsItCan()
    {
        var before = await _fixture.CreateShopAsync();
        await before.WriteAsync([Put("a", "{}")], Cancellation);
        _fixture.Disk.OpenFault = new StoreException(StoreFault.DiskFull, "Full.");
        await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0)).Within());
        var failed = new TaskCompletionSource<(DatabaseName, Exception)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_fixture.Catalog, _fixture.Time, (name, e) => failed.TrySetResult((name, e))).RunAsync(stop.Token);

        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Shop, _fixture.Disk.OpenFault), await failed.Task.Within());
        _fixture.Disk.OpenFault = null;
        while (_fixture.Catalog.List().Count == 0)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        }

        Assert.Equal("a", (await _fixture.Catalog.Get("shop").GetDocumentAsync("a", Cancellation)).Id);
        await stop.CancelAsync();
        await sweeping.Within();
    }

    [Fact]
    public async Task WhileClosed_NoSuchDatabase_IsNotFound()
    {
        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.WhileClosedAsync(Shop, () => Task.FromResult(0)));

        Assert.Equal(ErrorCode.DatabaseNotFound, e.Code);
    }

    [Fact]
    public async Task DisposeAsync_WhileADatabaseIsClosed_WaitsForIt()
    {
        await _fixture.CreateShopAsync();
        var work = new TaskCompletionSource<int>();
        var closed = _fixture.Catalog.WhileClosedAsync(Shop, () => work.Task);

        var disposing = _fixture.Catalog.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        work.SetResult(0);

        await disposing.Within();
        var (database, _) = await closed.Within();
        var e = await Assert.ThrowsAsync<StoreException>(() => database.GetStatisticsAsync(Cancellation).AsTask());
        Assert.Equal(StoreFault.Closed, e.Kind);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
