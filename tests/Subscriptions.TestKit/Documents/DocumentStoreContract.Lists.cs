using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    // By the bytes of UTF-8: what UTF-16 would sort otherwise too.
    private static readonly string[] Sorted = ["A", "a", "a\0", "a\0b", "ab", "b", "ü", "\uffee", "😀"];

    [Fact]
    public async Task List_AllDocuments_ByTheBytesOfTheirIdsWithoutTombstones()
    {
        await WriteAsync([.. Sorted.Reverse().Select((id, n) => Put(id, n)), Put("gone")]);
        await WriteAsync(Delete("gone"), Put("b", 99));

        Assert.Equal(Sorted, await ListIdsAsync(new DocumentRange()));
        Assert.Equal(Sorted.Reverse(), await ListIdsAsync(new DocumentRange { IsDescending = true }));
        Assert.Empty(await ListIdsAsync(new DocumentRange { StartId = "gone", EndId = "gone" }));
    }

    [Theory]
    [InlineData("a", true, "b", true, 1, 6)]
    [InlineData("a", false, "b", false, 2, 5)]
    [InlineData("a", false, "a\0", true, 2, 3)]
    [InlineData("aa", true, "aaa", true, 4, 4)]
    [InlineData("", true, "A", true, 0, 1)]
    [InlineData(null, true, "ab", false, 0, 4)]
    [InlineData("b", false, null, true, 6, 9)]
    [InlineData("b", true, "a", true, 0, 0)]
    [InlineData("b", false, "b", true, 0, 0)]
    public async Task List_Range_HasWhatLiesBetween(string? start, bool withStart, string? end, bool withEnd, int from, int to)
    {
        await WriteAsync([.. Sorted.Select(id => Put(id))]);
        var range = new DocumentRange { StartId = start, IsStartIncluded = withStart, EndId = end, IsEndIncluded = withEnd };
        var reverse = new DocumentRange
        {
            StartId = end,
            IsStartIncluded = withEnd,
            EndId = start,
            IsEndIncluded = withStart,
            IsDescending = true,
        };

        Assert.Equal(Sorted[from..to], await ListIdsAsync(range));
        Assert.Equal(Sorted[from..to].Reverse(), await ListIdsAsync(reverse));
    }

    [Fact]
    public async Task List_SkipAndLimits_CutThePage()
    {
        await WriteAsync([.. Sorted.Select(id => Put(id)), Put("aa")]);
        await WriteAsync(Delete("aa"));

        var page = await ListAsync(new DocumentRange { StartId = "a", Skip = 2, MaxCount = 3 });
        Assert.Equal(Sorted[3..6], page.Documents.Select(d => d.Id));
        Assert.False(page.IsComplete);
        Assert.Equal(["ü", "b"], await ListIdsAsync(new DocumentRange { IsDescending = true, Skip = 2, MaxCount = 2 }));
        Assert.Empty(await ListIdsAsync(new DocumentRange { Skip = long.MaxValue }));
        var one = page.Documents[0].Size;
        Assert.Equal(Sorted[..2], await ListIdsAsync(new DocumentRange { MaxBytes = 2 * one }));
        Assert.Equal(Sorted[..1], await ListIdsAsync(new DocumentRange { MaxBytes = 1 }));
        Assert.True((await ListAsync(new DocumentRange())).IsComplete);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ListAsync(new DocumentRange { MaxCount = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ListAsync(new DocumentRange { Skip = -1 }));
    }

    [Fact]
    public async Task List_PageByPage_HasEveryDocumentOnceFromAllPartitions()
    {
        await using var store = await CreateAsync("many", partitionCount: 7);
        var ids = Enumerable.Range(0, 100).Select(n => $"doc-{n:d3}").ToArray();
        await WriteToAsync(store, [.. ids.Select((id, n) => Put(id, n))]);
        var seen = new List<ListedDocument>();
        for (var page = default(DocumentPage); !page.IsComplete;)
        {
            var start = seen.Count == 0 ? null : seen[^1].Id;
            var range = new DocumentRange { StartId = start, IsStartIncluded = false, MaxCount = 9, WithContent = true };
            page = await store.ListDocumentsAsync(range, Token).Within();
            seen.AddRange(page.Documents);
        }

        Assert.Equal(ids, seen.Select(d => d.Id));
        Assert.Equal(ids.Select((_, n) => Json(n)), seen.Select(d => d.Document!.Content.ToArray()));
    }

    [Fact]
    public async Task List_WithAndWithoutContent_HasTheNewestVersion()
    {
        await WriteAsync(Put("a", 1));
        var newest = Assert.Single(await WriteAsync(Put("a", 2))).Revision;

        Assert.Equal(new ListedDocument("a", newest, null), Assert.Single((await ListAsync(new DocumentRange())).Documents));
        var whole = Assert.Single((await ListAsync(new DocumentRange { WithContent = true })).Documents);
        Assert.Equal(("a", newest, Describe((await GetAsync("a"))!)), (whole.Id, whole.Revision, Describe(whole.Document!)));
        Assert.Equal(whole.Document!.Size, whole.Size);
    }

    [Fact]
    public async Task ReadBackwards_PageByPage_EveryNewestVersionOnceFromNewToOld()
    {
        for (var i = 0; i < 300; i++) await WriteAsync(Put($"doc-{i % 90}", i));

        var seen = new List<Change>();
        for (var below = long.MaxValue; below > 0;)
        {
            var page = await BackwardsAsync(below, new ReadLimits(7, long.MaxValue));
            Assert.Equal((300, page.FirstSeqno == 0), (page.SnapshotEnd, page.IsComplete));
            seen.AddRange(page.Changes);
            below = page.FirstSeqno;
        }

        Assert.Equal(Enumerable.Range(211, 90).Reverse().Select(n => (long)n), seen.Select(c => c.Seqno));
        Assert.Equal((await ReadAsync()).Changes.Reverse().Select(Describe), seen.Select(Describe));
    }

    [Fact]
    public async Task ReadBackwards_Limits_EndThePage()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c"));
        var size = (await GetAsync("a"))!.Size;

        Assert.Equal(["c", "b"], (await BackwardsAsync(long.MaxValue, new ReadLimits(9, size * 2))).Changes.Select(c => c.Id));
        Assert.Equal(["b"], (await BackwardsAsync(3, new ReadLimits(9, 1))).Changes.Select(c => c.Id));
        Assert.Equal(["a"], (await BackwardsAsync(2, NoLimit)).Changes.Select(c => c.Id));
        Assert.Empty((await BackwardsAsync(1, NoLimit)).Changes);
        Assert.Empty((await BackwardsAsync(0, NoLimit)).Changes);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => BackwardsAsync(-1, NoLimit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadChangesBackwardsAsync(1, 1, NoLimit, Token).Within());
    }

    [Fact]
    public async Task ReadBackwards_SeveralPartitions_StaysInItsOwn()
    {
        await using var store = await CreateAsync("many", partitionCount: 3);
        await WriteToAsync(store, [.. Enumerable.Range(0, 30).Select(n => Put($"doc-{n}"))]);

        for (var partition = 0; partition < 3; partition++)
        {
            var up = await store.ReadChangesAsync(partition, 0, NoLimit, Token).Within();
            var down = await store.ReadChangesBackwardsAsync(partition, long.MaxValue, NoLimit, Token).Within();
            Assert.Equal(up.Changes.Reverse().Select(c => (c.Id, c.Seqno)), down.Changes.Select(c => (c.Id, c.Seqno)));
        }
    }

    private Task<DocumentPage> ListAsync(DocumentRange range) => Store.ListDocumentsAsync(range, Token).Within();

    private async Task<IEnumerable<string>> ListIdsAsync(DocumentRange range) => (await ListAsync(range)).Documents.Select(d => d.Id);

    private Task<BackwardPage> BackwardsAsync(long below, ReadLimits limits) =>
        Store.ReadChangesBackwardsAsync(0, below, limits, Token).Within();
}
