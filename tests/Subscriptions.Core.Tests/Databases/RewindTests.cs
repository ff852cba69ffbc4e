using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

public sealed class RewindTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RewindAsync_Possible_GoesOnInANewBranch()
    {
        var before = await _fixture.CreateShopAsync();
        await before.WriteAsync([Put("a", "{}")], Cancellation);
        await before.WriteAsync([Put("b", "{}")], Cancellation);

        var (after, result) = await _fixture.Catalog.RewindAsync(Shop, new PartitionRewind(0, 1, DeletesUnknown: false)).Within();

        Assert.Equal(new RewindResult.Done(0, 1, 0), result);
        Assert.Equal(Core.Changes.FeedClosing.HistoryChanged, before.Feed.ClosedBecause);
        Assert.Equal([1L, 0L], after.Feed.Partitions[0].FailoverLog.Entries.Select(e => e.StartSeqno));
        Assert.Null(await after.FindDocumentAsync("b", Cancellation));
    }

    [Theory]
    [InlineData(1, 0, ErrorCode.PartitionNotFound)]
    [InlineData(-1, 0, ErrorCode.PartitionNotFound)]
    [InlineData(0, 3, ErrorCode.OutOfRange)]
    public async Task RewindAsync_NoSuchPlace_IsRefusedAndSendsNobodyAway(int partition, long seqno, ErrorCode code)
    {
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("a", "{}"), Put("b", "{}")], Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.RewindAsync(Shop, new PartitionRewind(partition, seqno, true)).Within());

        Assert.Equal(code, e.Code);
        Assert.Null(database.Feed.ClosedBecause);
    }

    [Fact]
    public async Task RewindAsync_NegativeSeqno_IsInvalid()
    {
        await _fixture.CreateShopAsync();

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _fixture.Catalog.RewindAsync(Shop, new PartitionRewind(0, -1, true)).Within());

        Assert.Equal("seqno", e.Field);
    }

    [Fact]
    public async Task RewindAsync_VersionsAreNotKept_SaysOfHowManyAndChangesNothing()
    {
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("a", "{}"), Put("b", "{}")], Cancellation);
        await database.WriteAsync([Put("a", "{}"), Put("b", "{}")], Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.RewindAsync(Shop, new PartitionRewind(0, 2, false)).Within());

        Assert.Equal(ErrorCode.CannotRewind, e.Code);
        Assert.Equal(("2", "a", "2", "0"), (e.Metadata["documents"], e.Metadata["example"], e.Metadata["seqno"], e.Metadata["partition"]));
        Assert.Equal(4, _fixture.Catalog.Get("shop").Feed.HighSeqno(0));
    }

    [Fact]
    public async Task RewindAsync_BelowAPurge_IsRefusedAndSendsNobodyAway()
    {
        var database = await _fixture.CreateShopAsync(new DatabaseSettings { TombstoneRetention = TimeSpan.FromMinutes(1) });
        await database.WriteAsync([Put("a", "{}")], Cancellation);
        await database.DeleteDocumentAsync("a", ExpectedRevision.Any, Cancellation);
        await database.PurgeAsync(_fixture.Time.GetUtcNow().AddHours(1), Cancellation);

        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.RewindAsync(Shop, new PartitionRewind(0, 1, true)).Within());

        Assert.Equal((ErrorCode.CannotRewind, "2"), (e.Code, e.Metadata["purge_seqno"]));
        Assert.Null(database.Feed.ClosedBecause);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
