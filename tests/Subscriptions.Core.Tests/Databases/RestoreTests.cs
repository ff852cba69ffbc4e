using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

public sealed class RestoreTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreAsync_FreeName_IsADatabaseLikeAnyOther()
    {
        await using var backup = await BackUpAsync();

        var copy = await _fixture.Catalog.RestoreAsync(DatabaseName.Parse("copy"), backup, replace: false, Cancellation).Within();

        Assert.Same(copy, _fixture.Catalog.Get("copy"));
        Assert.Equal("a", (await copy.GetDocumentAsync("a", Cancellation)).Id);
        Assert.Equal([1L, 0L], copy.Feed.Partitions[0].FailoverLog.Entries.Select(e => e.StartSeqno));
        await copy.WriteAsync([Put("b", "{}")], Cancellation);
        Assert.Equal(2, copy.Feed.HighSeqno(0));
    }

    [Fact]
    public async Task RestoreAsync_NameIsTaken_IsRefusedBeforeTheBackupIsRead()
    {
        await using var backup = await BackUpAsync();

        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.RestoreAsync(Shop, backup, replace: false, Cancellation).Within());

        Assert.Equal(ErrorCode.DatabaseExists, e.Code);
        Assert.Equal(0, backup.Position);
    }

    [Fact]
    public async Task RestoreAsync_Replace_TakesThePlace()
    {
        await using var backup = await BackUpAsync();
        var before = _fixture.Catalog.Get("shop");
        await before.WriteAsync([Put("b", "{}")], Cancellation);

        var after = await _fixture.Catalog.RestoreAsync(Shop, backup, replace: true, Cancellation).Within();

        Assert.Equal(Core.Changes.FeedClosing.HistoryChanged, before.Feed.ClosedBecause);
        Assert.Null(await after.FindDocumentAsync("b", Cancellation));
        Assert.Same(before.Subscriptions, after.Subscriptions);
    }

    [Fact]
    public async Task RestoreAsync_ReplaceFails_OldDatabaseIsBack()
    {
        await using var backup = await BackUpAsync();
        await _fixture.Catalog.Get("shop").WriteAsync([Put("b", "{}")], Cancellation);
        _fixture.Disk.RestoreFault = new StoreException(StoreFault.DiskFull, "Full.");

        var e = await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.RestoreAsync(Shop, backup, replace: true, Cancellation).Within());

        Assert.Same(_fixture.Disk.RestoreFault, e);
        Assert.NotNull(await _fixture.Catalog.Get("shop").FindDocumentAsync("b", Cancellation));
    }

    [Fact]
    public async Task RestoreAsync_FreeNameCannotBeOpened_CanBeTriedAgain()
    {
        await using var backup = await BackUpAsync();
        _fixture.Disk.OpenFault = new StoreException(StoreFault.Io, "The disk failed.");
        var e = await Assert.ThrowsAsync<StoreException>(
            () => _fixture.Catalog.RestoreAsync(DatabaseName.Parse("copy"), backup, replace: false, Cancellation).Within());
        Assert.Same(_fixture.Disk.OpenFault, e);

        _fixture.Disk.OpenFault = null;
        backup.Position = 0;
        var copy = await _fixture.Catalog.RestoreAsync(DatabaseName.Parse("copy"), backup, replace: false, Cancellation).Within();

        Assert.Equal("a", (await copy.GetDocumentAsync("a", Cancellation)).Id);
    }

    [Fact]
    public async Task RestoreAsync_NoRoom_NamesTheLimit()
    {
        await using var backup = await BackUpAsync();
        await _fixture.Catalog.CreateAsync(DatabaseName.Parse("second"), 1, new DatabaseSettings(), Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(
            () => _fixture.Catalog.RestoreAsync(DatabaseName.Parse("third"), backup, replace: true, Cancellation).Within());

        Assert.Equal(ErrorCode.LimitExceeded, e.Code);
    }

    [Fact]
    public async Task RestoreAsync_NoBackup_ChangesNothing()
    {
        await BackUpAsync();

        var e = await Assert.ThrowsAsync<EngineException>(
            () => _fixture.Catalog.RestoreAsync(Shop, new MemoryStream([1, 2]), replace: true, Cancellation).Within());

        Assert.Equal(ErrorCode.InvalidBackup, e.Code);
        Assert.Null(_fixture.Catalog.Get("shop").Feed.ClosedBecause);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    // The database "shop" has one document then.
    private async Task<Stream> BackUpAsync()
    {
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("a", "{}")], Cancellation);
        return await database.BackUpAsync(Cancellation);
    }
}
