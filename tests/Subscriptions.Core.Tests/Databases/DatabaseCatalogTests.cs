using System.Collections.Concurrent;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

public sealed class DatabaseCatalogTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_Again_IsIdempotentForTheSameSettingsOnly()
    {
        var (_, first) = await _fixture.Catalog.CreateAsync(Shop, 2, new DatabaseSettings(), Cancellation);
        var (_, again) = await _fixture.Catalog.CreateAsync(Shop, 2, new DatabaseSettings(), Cancellation);
        var other = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.CreateAsync(Shop, 3, new DatabaseSettings(), Cancellation));

        Assert.True(first);
        Assert.False(again);
        Assert.Equal(ErrorCode.DatabaseExists, other.Code);
        Assert.Contains("2 partitions", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_TooMany_NamesTheLimitAndTheSetting()
    {
        foreach (var name in (string[])["a", "b"]) await _fixture.Catalog.CreateAsync(DatabaseName.Parse(name), 1, new DatabaseSettings(), Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(
            () => _fixture.Catalog.CreateAsync(DatabaseName.Parse("c"), 1, new DatabaseSettings(), Cancellation));

        Assert.Equal(ErrorCode.LimitExceeded, e.Code);
        Assert.Equal("Limits:Databases", e.Metadata["setting"]);
        Assert.Equal("2", e.Metadata["limit"]);
    }

    [Fact]
    public async Task DropAsync_TakesTheSubscriptionsAlong()
    {
        var database = await _fixture.CreateShopAsync();
        await SubscribeAsync(database, "ship");

        await _fixture.Catalog.DropAsync("shop", Cancellation);

        Assert.Equal(ErrorCode.DatabaseNotFound, Assert.Throws<EngineException>(() => _fixture.Catalog.Get("shop")).Code);
        Assert.Empty(await _fixture.Store.ListAsync(Shop, Cancellation));
        var again = await _fixture.CreateShopAsync();
        Assert.Empty(again.Subscriptions.List());
    }

    [Fact]
    public async Task Subscriptions_OverTheLimit_AreRefused()
    {
        var database = await _fixture.CreateShopAsync();
        foreach (var name in (string[])["a", "b"]) await SubscribeAsync(database, name);

        var e = await Assert.ThrowsAsync<EngineException>(() => SubscribeAsync(database, "c"));

        Assert.Equal(ErrorCode.LimitExceeded, e.Code);
    }

    [Fact]
    public async Task Subscriptions_SameNameInAnotherCase_IsTheSame()
    {
        var database = await _fixture.CreateShopAsync();
        await SubscribeAsync(database, "Ship");

        Assert.Equal("Ship", database.Subscriptions.Get("sHIP").Definition.Name);
        var e = await Assert.ThrowsAsync<EngineException>(() => SubscribeAsync(database, "SHIP"));
        Assert.Equal(ErrorCode.SubscriptionExists, e.Code);
    }

    [Fact]
    public async Task WriteAsync_OneBadOperation_ChangesNothingAndNamesIt()
    {
        var database = await _fixture.CreateShopAsync();

        var e = await Assert.ThrowsAsync<InvalidInputException>(
            () => database.WriteAsync([Put("a", "{}"), Put("b", "[1]")], Cancellation).AsTask());

        Assert.Equal("operations[1].content", e.Field);
        Assert.Equal(0, database.Feed.HighSeqno(0));
    }

    [Fact]
    public async Task WriteAsync_Conflict_TellsTheCurrentRevision()
    {
        var database = await _fixture.CreateShopAsync();
        var written = (await database.WriteAsync([Put("a", "{}")], Cancellation))[0];

        var e = await Assert.ThrowsAsync<EngineException>(
            () => database.WriteAsync([Put("b", "{}"), Put("a", "{}") with { Expected = ExpectedRevision.Absent }], Cancellation).AsTask());

        Assert.Equal(ErrorCode.RevisionConflict, e.Code);
        Assert.Equal(("1", "a", written.Revision.ToString()), (e.Metadata["operation"], e.Metadata["id"], e.Metadata["current_revision"]));
        Assert.Equal(1, database.Feed.HighSeqno(0));
    }

    [Fact]
    public async Task DeleteDocumentAsync_Missing_IsNotFound()
    {
        var database = await _fixture.CreateShopAsync();

        var e = await Assert.ThrowsAsync<EngineException>(
            () => database.DeleteDocumentAsync("a", ExpectedRevision.Any, Cancellation).AsTask());

        Assert.Equal(ErrorCode.DocumentNotFound, e.Code);
    }

    [Fact]
    public async Task DropAsync_DocumentsCannotBeRemoved_DatabaseIsThereToBeDroppedAgain()
    {
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("a", "{}")], Cancellation);
        _fixture.Disk.DropFault = new StoreException(StoreFault.Io, "The folder is read-only.");

        var e = await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.DropAsync("shop", Cancellation));

        Assert.Same(_fixture.Disk.DropFault, e);
        Assert.Equal("a", (await _fixture.Catalog.Get("shop").GetDocumentAsync("a", Cancellation)).Id);
        _fixture.Disk.DropFault = null;
        await _fixture.Catalog.DropAsync("shop", Cancellation);
        Assert.Empty(_fixture.Catalog.List());
    }

    [Fact]
    public async Task CreateAsync_SubscriptionsCannotBeRead_CanBeTriedAgain()
    {
        _fixture.Store.FailNext(SubscriptionStoreCall.List, new StoreException(StoreFault.Io, "The disk failed."));

        var e = await Assert.ThrowsAsync<StoreException>(() => _fixture.CreateShopAsync());

        Assert.Equal(StoreFault.Io, e.Kind);
        Assert.Empty(_fixture.Catalog.List());
        var (database, isCreated) = await _fixture.Catalog.CreateAsync(CatalogFixture.Shop, 1, new DatabaseSettings(), Cancellation);
        Assert.True(isCreated);
        await database.WriteAsync([Put("a", "{}")], Cancellation);
    }

    [Fact]
    public async Task Sweeper_OneDatabaseFails_OthersAreSweptAndItIsNamed()
    {
        var (broken, _) = await _fixture.Catalog.CreateAsync(DatabaseName.Parse("broken"), 1, new DatabaseSettings(), Cancellation);
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("a", "{}") with { ExpiresAt = _fixture.Time.GetUtcNow().AddSeconds(5) }], Cancellation);
        await broken.DisposeAsync();
        var failed = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_fixture.Catalog, _fixture.Time, (name, _) => failed.Enqueue(name.Value)).RunAsync(stop.Token);

        while (database.Feed.HighSeqno(0) == 1)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.All(failed, name => Assert.Equal("broken", name));
        Assert.NotEmpty(failed);
        await stop.CancelAsync();
        await sweeping.Within();
    }

    [Fact]
    public async Task Sweeper_DocumentDue_ExpiresAndIsPurgedAfterRetention()
    {
        var settings = new DatabaseSettings { TombstoneRetention = TimeSpan.FromMinutes(10) };
        var database = await _fixture.CreateShopAsync(settings);
        await database.WriteAsync([Put("a", "{}") with { ExpiresAt = _fixture.Time.GetUtcNow().AddSeconds(5) }, Put("b", "{}")], Cancellation);
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_fixture.Catalog, _fixture.Time, (_, e) => throw e).RunAsync(stop.Token);

        while (database.Feed.HighSeqno(0) == 2)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var page = await database.Feed.ReadAsync(0, 2, new Core.Changes.ReadLimits(10, 1000), Cancellation);
        Assert.Equal(ChangeKind.Expiry, Assert.Single(page.Changes).Kind);
        while (database.Feed.Partitions[0].PurgeSeqno == 0)
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal(3, database.Feed.Partitions[0].PurgeSeqno);
        await stop.CancelAsync();
        await sweeping.Within();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static Task<(SubscriptionEntry Entry, bool IsCreated)> SubscribeAsync(Database database, string name) =>
        database.Subscriptions.CreateAsync(
            new SubscriptionDefinition { Database = database.Info.Name, Name = name, Query = "from Orders" }, new StartPoint.Beginning(), Cancellation);
}
