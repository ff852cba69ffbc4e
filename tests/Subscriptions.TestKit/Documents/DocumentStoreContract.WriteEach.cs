using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task WriteEach_SomeConflict_TheOthersHappen()
    {
        var a = (await WriteAsync(Put("a", 1), Put("gone")))[0].Revision;
        await WriteAsync(Delete("gone"));

        var outcomes = await WriteEachAsync(
            Put("a", 2, ExpectedRevision.Absent),
            Put("b", 1, ExpectedRevision.Absent),
            Put("c", 1, ExpectedRevision.Exactly(Foreign)),
            Delete("gone", ExpectedRevision.Exactly(Foreign)),
            Delete("never"),
            Put("a", 3, ExpectedRevision.Exactly(a)));

        Assert.Equal(new WriteEachOutcome.Conflict("a", a), outcomes[0]);
        Assert.Equal(new WriteEachOutcome.Done(new WriteOutcome("b", 0, 4, Revision.Next(null, deleted: false, Json(1)))), outcomes[1]);
        Assert.Equal(new WriteEachOutcome.Conflict("c", null), outcomes[2]);
        Assert.Equal(new WriteEachOutcome.Conflict("gone", null), outcomes[3]);
        Assert.Equal(new WriteEachOutcome.Done(new WriteOutcome("never", 0, 0, default)), outcomes[4]);
        Assert.Equal(new WriteEachOutcome.Done(new WriteOutcome("a", 0, 5, Revision.Next(a, deleted: false, Json(3)))), outcomes[5]);
        Assert.Equal(["gone", "b", "a"], (await ReadAsync()).Changes.Select(c => c.Id));
        Assert.Equal((5, 2, 1), (Store.Partitions[0].HighSeqno, await CountAsync(s => s.Documents), await CountAsync(s => s.Tombstones)));
    }

    [Fact]
    public async Task WriteEach_OneDocumentSeveralTimes_LaterOperationsSeeEarlierOnes()
    {
        var first = Revision.Next(null, deleted: false, Json(1));
        var outcomes = await WriteEachAsync(
            Put("a", 1, ExpectedRevision.Absent),
            Put("a", 2, ExpectedRevision.Absent),
            Put("a", 3, ExpectedRevision.Exactly(first)),
            Delete("a"),
            Put("a", 4, ExpectedRevision.Absent));

        Assert.Equal(new WriteEachOutcome.Conflict("a", first), outcomes[1]);
        Assert.Equal([1, 2, 3, 4], outcomes.OfType<WriteEachOutcome.Done>().Select(d => d.Outcome.Seqno));
        var change = Assert.Single((await ReadAsync()).Changes);
        Assert.Equal((4, 4, 1), (change.Seqno, change.Revision.Generation, await CountAsync(s => s.Documents)));
        Assert.Equal(Json(4), change.Content.ToArray());
        Assert.Equal([0, 1, 2, 3], Assert.Single(Observer.Commits).Select(c => c.SupersededSeqno));
        await ReopenAsync();
        Assert.Equal(Json(4), (await GetAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task WriteEach_EverythingConflicts_ChangesNothingAndTellsNobody()
    {
        var outcomes = await WriteEachAsync(Put("a", 1, ExpectedRevision.Exactly(Foreign)), Delete("b", ExpectedRevision.Exactly(Foreign)));

        Assert.Equal([new WriteEachOutcome.Conflict("a", null), new WriteEachOutcome.Conflict("b", null)], outcomes);
        Assert.Empty(Observer.Commits);
        Assert.Equal(0, Store.Partitions[0].HighSeqno);
    }

    [Fact]
    public async Task WriteEach_NoOperationsOrClosed_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => WriteEachAsync());
        await Store.DisposeAsync();
        await AssertFaultAsync(StoreFault.Closed, () => WriteEachAsync(Put("a")));
    }

    [Fact]
    public async Task Expected_Newest_HoldsForDocumentsAndTombstonesOfThatRevision()
    {
        var put = Assert.Single(await WriteAsync(Put("a", 1))).Revision;
        Assert.Equal(new WriteResult.Conflict(0, "a", put), await ConflictAsync(Put("a", 2, ExpectedRevision.Newest(Foreign))));
        Assert.Equal(new WriteResult.Conflict(0, "never", null), await ConflictAsync(Put("never", 2, ExpectedRevision.Newest(Foreign))));
        var tombstone = Assert.Single(await WriteAsync(Delete("a", ExpectedRevision.Newest(put)))).Revision;
        Assert.Equal(new WriteResult.Conflict(0, "a", null), await ConflictAsync(Put("a", 2, ExpectedRevision.Newest(put))));

        var again = Assert.Single(await WriteAsync(Put("a", 3, ExpectedRevision.Newest(tombstone)))).Revision;

        Assert.Equal(Revision.Next(tombstone, deleted: false, Json(3)), again);
        Assert.Equal(new WriteResult.Conflict(0, "a", again), await ConflictAsync(Put("a", 2, ExpectedRevision.Newest(tombstone))));
    }

    [Fact]
    public async Task Write_PutWithoutACollection_KeepsTheDocumentsOwn()
    {
        await WriteAsync(Put("a", 1), Put("b", 1), Put("new", 1) with { Collection = null });
        await WriteAsync(Delete("b"));
        await WriteAsync(
            Put("a", 2) with { Collection = null },
            Put("b", 2) with { Collection = null },
            Put("c", 1) with { Collection = "Others" },
            Put("c", 2) with { Collection = null },
            Put("new", 2) with { Collection = null });

        Assert.Equal(
            [("a", "Orders"), ("b", "Orders"), ("c", "Others"), ("new", CollectionName.Empty)],
            (await ReadAsync()).Changes.Select(c => (c.Id, c.Collection)));
        Assert.Equal(Json(2), (await GetAsync("a"))!.Content.ToArray());
        await WriteAsync(Put("a", 3) with { Collection = CollectionName.Empty });
        Assert.Equal(CollectionName.Empty, (await GetAsync("a"))!.Collection);
    }

    /// <summary>Writes a request whose operations stand each for itself.</summary>
    protected Task<IReadOnlyList<WriteEachOutcome>> WriteEachAsync(params DocumentWrite[] operations) =>
        Store.WriteEachAsync(operations, Token).Within();

    private async Task<long> CountAsync(Func<DocumentStatistics, long> figure) => figure(await Store.GetStatisticsAsync(Token).Within());
}
