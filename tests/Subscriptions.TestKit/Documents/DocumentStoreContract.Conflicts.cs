using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    private static readonly Revision Foreign = new(7, 77);

    [Fact]
    public async Task Expected_Absent_HoldsForNewAndDeletedDocumentsOnly()
    {
        await WriteAsync(Put("a", 1, ExpectedRevision.Absent));
        var current = (await GetAsync("a"))!.Revision;

        Assert.Equal(new WriteResult.Conflict(0, "a", current), await ConflictAsync(Put("a", 2, ExpectedRevision.Absent)));
        await WriteAsync(Delete("a"));
        await WriteAsync(Put("a", 3, ExpectedRevision.Absent));
        Assert.Equal(Json(3), (await GetAsync("a"))!.Content.ToArray());
    }

    [Theory]
    [InlineData(WriteKind.Put)]
    [InlineData(WriteKind.Delete)]
    [InlineData(WriteKind.Touch)]
    public async Task Expected_Exactly_HoldsForThatRevisionOnly(WriteKind kind)
    {
        var old = Assert.Single(await WriteAsync(Put("a", 1))).Revision;
        var current = Assert.Single(await WriteAsync(Put("a", 2))).Revision;
        var write = Put("a", 3) with { Kind = kind };

        Assert.Equal(new WriteResult.Conflict(0, "a", current), await ConflictAsync(write with { Expected = ExpectedRevision.Exactly(old) }));
        Assert.Equal(new WriteResult.Conflict(0, "a", current), await ConflictAsync(write with { Expected = ExpectedRevision.Exactly(Foreign) }));
        Assert.Equal(Json(2), (await GetAsync("a"))!.Content.ToArray());

        var outcome = Assert.Single(await WriteAsync(write with { Expected = ExpectedRevision.Exactly(current) }));
        Assert.Equal(3, outcome.Seqno);
    }

    [Theory]
    [InlineData(WriteKind.Put)]
    [InlineData(WriteKind.Delete)]
    [InlineData(WriteKind.Touch)]
    public async Task Expected_ExactlyOfWhatDoesNotExist_Conflicts(WriteKind kind)
    {
        await WriteAsync(Put("gone"));
        var tombstone = Assert.Single(await WriteAsync(Delete("gone"))).Revision;

        foreach (var (id, revision) in new[] { ("never", Foreign), ("gone", Foreign), ("gone", tombstone) })
        {
            var write = Put(id, expected: ExpectedRevision.Exactly(revision)) with { Kind = kind };
            Assert.Equal(new WriteResult.Conflict(0, id, null), await ConflictAsync(write));
        }
    }

    [Fact]
    public async Task Conflict_InALaterOperation_TheRequestChangesNothing()
    {
        await WriteAsync(Put("a", 1), Put("b", 1));
        var before = (await ReadAsync()).Changes.Select(c => (c.Id, c.Seqno, c.Revision)).ToArray();
        var statistics = await Store.GetStatisticsAsync(Token).Within();

        var conflict = await ConflictAsync(
            Put("a", 2), Delete("b"), Put("c", 2), Put("d", 2, ExpectedRevision.Exactly(Foreign)), Put("e", 2, ExpectedRevision.Exactly(Foreign)));

        Assert.Equal(new WriteResult.Conflict(3, "d", null), conflict);
        var page = await ReadAsync();
        Assert.Equal(before, page.Changes.Select(c => (c.Id, c.Seqno, c.Revision)));
        Assert.Equal((2, 2), (page.SnapshotEnd, Store.Partitions[0].HighSeqno));
        Assert.Null(await GetAsync("c"));
        var after = await Store.GetStatisticsAsync(Token).Within();
        Assert.Equal((statistics.Documents, statistics.Tombstones), (after.Documents, after.Tombstones));
        Assert.Single(Observer.Commits);
        Assert.Equal(3, Assert.Single(await WriteAsync(Put("c"))).Seqno);
    }

    [Fact]
    public async Task Expected_WithinARequest_SeesTheEarlierOperations()
    {
        var first = Revision.Next(null, deleted: false, Json(1));
        var second = Revision.Next(first, deleted: false, Json(2));
        await WriteAsync(
            Put("a", 1, ExpectedRevision.Absent),
            Put("a", 2, ExpectedRevision.Exactly(first)),
            Delete("a", ExpectedRevision.Exactly(second)),
            Put("a", 3, ExpectedRevision.Absent));

        Assert.Equal(4, (await GetAsync("a"))!.Revision.Generation);
        Assert.Equal(new WriteResult.Conflict(1, "b", first), await ConflictAsync(Put("b", 1), Put("b", 2, ExpectedRevision.Absent)));
        Assert.Null(await GetAsync("b"));
        var touched = Revision.Next(first, deleted: false, Json(1));
        await WriteAsync(Put("c", 1), Touch("c"), Delete("c", ExpectedRevision.Exactly(touched)));
    }

    [Fact]
    public async Task Expected_ManyWritersOfOneDocument_EachRevisionIsFollowedOnce()
    {
        await WriteAsync(Put("counter", 0));
        var writers = Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var done = 0; done < 20;)
            {
                var current = (await GetAsync("counter"))!.Revision;
                var write = Put("counter", writer, ExpectedRevision.Exactly(current));
                if (await Store.WriteAsync([write], Token).Within() is WriteResult.Committed) done++;
            }
        });

        await Task.WhenAll(writers).Within();

        Assert.Equal(161, (await GetAsync("counter"))!.Revision.Generation);
        Assert.Equal(161, Store.Partitions[0].HighSeqno);
    }
}
