using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Read_EmptyPartition_IsCompleteAtZero()
    {
        var page = await ReadAsync();

        Assert.Empty(page.Changes);
        Assert.Equal((0, 0, true), (page.LastSeqno, page.SnapshotEnd, page.IsComplete));
    }

    [Fact]
    public async Task Read_PageByPage_EveryChangeOnceInOrder()
    {
        for (var i = 0; i < 300; i++) await WriteAsync(Put($"doc-{i % 90}", i));

        var seen = new List<Change>();
        var page = default(ChangePage);
        do
        {
            page = await ReadAsync(page.LastSeqno, new ReadLimits(7, long.MaxValue));
            Assert.InRange(page.Changes.Count, 0, 7);
            Assert.Equal(300, page.SnapshotEnd);
            seen.AddRange(page.Changes);
        }
        while (!page.IsComplete);

        Assert.Equal(Enumerable.Range(211, 90).Select(n => (long)n), seen.Select(c => c.Seqno));
        Assert.Equal(Enumerable.Range(210, 90).Select(n => $"doc-{n % 90}"), seen.Select(c => c.Id));
    }

    [Fact]
    public async Task Read_LimitEndsThePage_LastSeqnoIsTheLastChange()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c"));

        var page = await ReadAsync(0, new ReadLimits(2, long.MaxValue));

        Assert.Equal((2, 2, 3, false), (page.Changes.Count, page.LastSeqno, page.SnapshotEnd, page.IsComplete));
    }

    [Fact]
    public async Task Read_NothingVisibleAboveThePosition_IsCompleteAtTheSnapshotsEnd()
    {
        await WriteAsync(Put("a"));
        await WriteAsync(Put("b"));
        await WriteAsync(Put("c"));

        foreach (var after in new long[] { 3, 4, long.MaxValue })
        {
            var page = await ReadAsync(after);
            Assert.Empty(page.Changes);
            Assert.Equal((3, 3), (page.LastSeqno, page.SnapshotEnd));
        }
    }

    [Fact]
    public async Task Read_ByteLimit_EndsThePageBeforeIt()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c"));
        var size = (await GetAsync("a"))!.Size;

        Assert.Equal(["a", "b"], (await ReadAsync(0, new ReadLimits(10, size * 2))).Changes.Select(c => c.Id));
        Assert.Equal(["a", "b"], (await ReadAsync(0, new ReadLimits(10, (size * 3) - 1))).Changes.Select(c => c.Id));
        Assert.Equal(["a", "b", "c"], (await ReadAsync(0, new ReadLimits(10, size * 3))).Changes.Select(c => c.Id));
    }

    [Fact]
    public async Task Read_FirstChangeIsLargerThanTheLimit_IsReturnedAlone()
    {
        await WriteAsync(Put("a"), Put("b"));

        var page = await ReadAsync(0, new ReadLimits(10, 1));

        Assert.Equal(["a"], page.Changes.Select(c => c.Id));
        Assert.Equal(1, page.LastSeqno);
    }

    [Fact]
    public async Task Read_SeveralPartitions_EachHasItsOwnSeqnosAndDocuments()
    {
        await using var store = await CreateAsync("many", partitionCount: 16);
        var ids = Enumerable.Range(0, 400).Select(n => $"doc-{n}").ToArray();
        var outcomes = await WriteToAsync(store, [.. ids.Select(id => Put(id))]);
        outcomes = [.. outcomes, .. await WriteToAsync(store, [.. ids.Take(100).Select(id => Put(id, 2))])];

        Assert.Equal(16, store.Partitions.Count);
        for (var partition = 0; partition < 16; partition++)
        {
            var own = outcomes.Where(o => o.Partition == partition).ToArray();
            var page = await store.ReadChangesAsync(partition, 0, NoLimit, Token).Within();

            Assert.Equal(Enumerable.Range(1, own.Length).Select(n => (long)n), own.Select(o => o.Seqno));
            Assert.Equal((own.Length, own.Length), (page.SnapshotEnd, store.Partitions[partition].HighSeqno));
            Assert.Equal(
                own.GroupBy(o => o.Id).Select(versions => versions.Last()).OrderBy(o => o.Seqno).Select(o => (o.Id, o.Seqno, partition)),
                page.Changes.Select(c => (c.Id, c.Seqno, c.Partition)));
            Assert.All(page.Changes, c => Assert.Equal(PartitionHash.Of(c.Id, 16), c.Partition));
        }
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    public async Task Read_ArgumentOutOfRange_IsRefused(int partition, long afterSeqno, int maxCount) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Store.ReadChangesAsync(partition, afterSeqno, new ReadLimits(maxCount, 1), Token).Within());

    [Fact]
    public async Task Get_UnknownDocument_IsNull()
    {
        await WriteAsync(Put("a"));

        Assert.Null(await GetAsync("A"));
        Assert.Null(await GetAsync("aa"));
        Assert.Null(await GetAsync(new string('a', 5000)));
    }
}
