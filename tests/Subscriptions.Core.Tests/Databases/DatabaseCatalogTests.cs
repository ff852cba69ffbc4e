using System.Collections.Concurrent;
using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Databases;

public sealed class DatabaseCatalogTests : IAsyncDisposable
{
    private static readonly DatabaseName Shop = DatabaseName.Parse("shop");

    private readonly FakeTimeProvider _time = new();
    private readonly FakeSubscriptionStore _store = new();
    private readonly FakeDisk _disk = new();
    private readonly DatabaseCatalog _catalog;

    public DatabaseCatalogTests()
    {
        var registry = new RegistryServices(_store, new SubscriptionLeaseManager(_store), MaxSubscriptions: 2, _time);
        _catalog = new DatabaseCatalog(
            new FakeDocumentStoreProvider(_disk, _time), registry, new DatabaseCatalogOptions { MaxDatabases = 2, TailBytes = 10_000 });
    }

    [Fact]
    public async Task CreateAsync_Again_IsIdempotentForTheSameSettingsOnly()
    {
        var (_, first) = await _catalog.CreateAsync(Shop, 2, new DatabaseSettings(), Cancellation);
        var (_, again) = await _catalog.CreateAsync(Shop, 2, new DatabaseSettings(), Cancellation);
        var other = await Assert.ThrowsAsync<EngineException>(() => _catalog.CreateAsync(Shop, 3, new DatabaseSettings(), Cancellation));

        Assert.True(first);
        Assert.False(again);
        Assert.Equal(ErrorCode.DatabaseExists, other.Code);
        Assert.Contains("2 partitions", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_TooMany_NamesTheLimitAndTheSetting()
    {
        foreach (var name in (string[])["a", "b"]) await _catalog.CreateAsync(DatabaseName.Parse(name), 1, new DatabaseSettings(), Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(
            () => _catalog.CreateAsync(DatabaseName.Parse("c"), 1, new DatabaseSettings(), Cancellation));

        Assert.Equal(ErrorCode.LimitExceeded, e.Code);
        Assert.Equal("Limits:Databases", e.Metadata["setting"]);
        Assert.Equal("2", e.Metadata["limit"]);
    }

    [Fact]
    public async Task DropAsync_TakesTheSubscriptionsAlong()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        await SubscribeAsync(database, "ship");

        await _catalog.DropAsync("shop", Cancellation);

        Assert.Equal(ErrorCode.DatabaseNotFound, Assert.Throws<EngineException>(() => _catalog.Get("shop")).Code);
        Assert.Empty(await _store.ListAsync(Shop, Cancellation));
        var (again, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        Assert.Empty(again.Subscriptions.List());
    }

    [Fact]
    public async Task Subscriptions_OverTheLimit_AreRefused()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        foreach (var name in (string[])["a", "b"]) await SubscribeAsync(database, name);

        var e = await Assert.ThrowsAsync<EngineException>(() => SubscribeAsync(database, "c"));

        Assert.Equal(ErrorCode.LimitExceeded, e.Code);
    }

    [Fact]
    public async Task Subscriptions_SameNameInAnotherCase_IsTheSame()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        await SubscribeAsync(database, "Ship");

        Assert.Equal("Ship", database.Subscriptions.Get("sHIP").Definition.Name);
        var e = await Assert.ThrowsAsync<EngineException>(() => SubscribeAsync(database, "SHIP"));
        Assert.Equal(ErrorCode.SubscriptionExists, e.Code);
    }

    [Fact]
    public async Task WriteAsync_OneBadOperation_ChangesNothingAndNamesIt()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);

        var e = await Assert.ThrowsAsync<InvalidInputException>(
            () => database.WriteAsync([Put("a", "{}"), Put("b", "[1]")], Cancellation).AsTask());

        Assert.Equal("operations[1].content", e.Field);
        Assert.Equal(0, database.Feed.HighSeqno(0));
    }

    [Fact]
    public async Task WriteAsync_Conflict_TellsTheCurrentRevision()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
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
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(
            () => database.DeleteDocumentAsync("a", ExpectedRevision.Any, Cancellation).AsTask());

        Assert.Equal(ErrorCode.DocumentNotFound, e.Code);
    }

    [Fact]
    public async Task DropAsync_DocumentsCannotBeRemoved_DatabaseIsThereToBeDroppedAgain()
    {
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        await database.WriteAsync([Put("a", "{}")], Cancellation);
        _disk.DropFault = new StoreException(StoreFault.Io, "The folder is read-only.");

        var e = await Assert.ThrowsAsync<StoreException>(() => _catalog.DropAsync("shop", Cancellation));

        Assert.Same(_disk.DropFault, e);
        Assert.Equal("a", (await _catalog.Get("shop").GetDocumentAsync("a", Cancellation)).Id);
        _disk.DropFault = null;
        await _catalog.DropAsync("shop", Cancellation);
        Assert.Empty(_catalog.List());
    }

    [Fact]
    public async Task Sweeper_OneDatabaseFails_OthersAreSweptAndItIsNamed()
    {
        var (broken, _) = await _catalog.CreateAsync(DatabaseName.Parse("broken"), 1, new DatabaseSettings(), Cancellation);
        var (database, _) = await _catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        await database.WriteAsync([Put("a", "{}") with { ExpiresAt = _time.GetUtcNow().AddSeconds(5) }], Cancellation);
        await broken.DisposeAsync();
        var failed = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_catalog, _time, (name, _) => failed.Enqueue(name.Value)).RunAsync(stop.Token);

        while (database.Feed.HighSeqno(0) == 1)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
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
        var (database, _) = await _catalog.CreateAsync(Shop, 1, settings, Cancellation);
        await database.WriteAsync([Put("a", "{}") with { ExpiresAt = _time.GetUtcNow().AddSeconds(5) }, Put("b", "{}")], Cancellation);
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_catalog, _time, (_, e) => throw e).RunAsync(stop.Token);

        while (database.Feed.HighSeqno(0) == 2)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var page = await database.Feed.ReadAsync(0, 2, new Core.Changes.ReadLimits(10, 1000), Cancellation);
        Assert.Equal(ChangeKind.Expiry, Assert.Single(page.Changes).Kind);
        while (database.Feed.Partitions[0].PurgeSeqno == 0)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal(3, database.Feed.Partitions[0].PurgeSeqno);
        await stop.CancelAsync();
        await sweeping.Within();
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DocumentWrite Put(string id, string content) =>
        new() { Kind = WriteKind.Put, Id = id, Collection = "Orders", Content = Encoding.UTF8.GetBytes(content) };

    private static Task<(SubscriptionEntry Entry, bool IsCreated)> SubscribeAsync(Database database, string name) =>
        database.Subscriptions.CreateAsync(
            new SubscriptionDefinition { Database = database.Info.Name, Name = name, Query = "from Orders" }, new StartPoint.Beginning(), Cancellation);
}
