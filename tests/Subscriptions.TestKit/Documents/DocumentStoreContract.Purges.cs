using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Purge_TellsCollectionsApart()
    {
        await WriteAsync(Put("a"), Put("b") with { Collection = "Companies" }, Put("c") with { Collection = null });
        await WriteAsync(Delete("b"), Delete("a"));
        Time.Advance(TimeSpan.FromHours(1));
        await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within();
        await WriteAsync(Delete("c"));
        Assert.Equal((5L, 4L, 0L), PurgeSeqnos());

        Time.Advance(TimeSpan.FromHours(1));
        await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within();
        Assert.Equal((5L, 4L, 6L), PurgeSeqnos());
        Assert.Equal((6L, 0L), (Store.Partitions[0].PurgeSeqnoOf(null), Store.Partitions[0].PurgeSeqnoOf("Other")));
        await ReopenAsync();
        Assert.Equal((5L, 4L, 6L), PurgeSeqnos());
    }

    [Fact]
    public async Task Purge_UpToASeqno_LeavesThoseAbove()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c"));
        await WriteAsync(Delete("a"), Delete("b"));
        await WriteAsync(Delete("c"));
        await WriteAsync(Put("a"));
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, await Store.PurgeTombstonesAsync(Time.GetUtcNow(), [4], 10, Token).Within());
        Assert.Equal(1, await Store.PurgeTombstonesAsync(Time.GetUtcNow(), [5], 10, Token).Within());

        Assert.Equal(["c", "a"], (await ReadAsync()).Changes.Select(c => c.Id));
        Assert.Equal(5, Store.Partitions[0].PurgeSeqno);
        Assert.Equal(1, await Store.PurgeTombstonesAsync(Time.GetUtcNow(), [long.MaxValue], 10, Token).Within());
    }

    [Fact]
    public async Task Purge_OfMoreCollectionsThanAreToldApart_CountsForAll()
    {
        var names = Enumerable.Range(0, CollectionPurges.MaxCollections + 1).Select(n => $"c{n}").ToList();
        await WriteAsync([.. names.Select(name => Put(name) with { Collection = name })]);
        await WriteAsync([.. names.Select(name => Delete(name))]);
        Time.Advance(TimeSpan.FromHours(1));
        while (await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 500, Token).Within() == 500) continue;

        var last = (2 * CollectionPurges.MaxCollections) + 2L;
        Assert.Equal(last, Store.Partitions[0].PurgeSeqno);
        Assert.Equal((last, last), (Store.Partitions[0].PurgeSeqnoOf("c0"), Store.Partitions[0].PurgeSeqnoOf("Other")));
        await ReopenAsync();
        Assert.Equal((last, last), (Store.Partitions[0].PurgeSeqnoOf("c0"), Store.Partitions[0].PurgeSeqnoOf("Other")));
    }

    private (long Orders, long Companies, long Empty) PurgeSeqnos()
    {
        var partition = Store.Partitions[0];
        return (partition.PurgeSeqnoOf("Orders"), partition.PurgeSeqnoOf("Companies"), partition.PurgeSeqnoOf(CollectionName.Empty));
    }
}
