using System.Text;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Write_NewDocument_TakesTheFirstSeqnoAndRevision()
    {
        var outcome = Assert.Single(await WriteAsync(Put("a", 1)));

        var revision = Revision.Next(null, deleted: false, Json(1));
        Assert.Equal(new WriteOutcome("a", 0, 1, revision), outcome);
        Assert.True(outcome.Changed);
        Assert.Equal(1, Store.Partitions[0].HighSeqno);
    }

    [Fact]
    public async Task Write_Put_KeepsEveryFieldAsItWas()
    {
        var expiresAt = Time.GetUtcNow().AddHours(1).AddMilliseconds(7);
        var content = Encoding.UTF8.GetBytes("{ \"a\" : [1,\t2.50] , \"ü\":\"\\u0000\" }");
        var write = Put("ключ\0€😀", expiresAt: expiresAt) with { Collection = "Bestellungen ü", Content = content };
        var outcome = Assert.Single(await WriteAsync(write));

        foreach (var change in new[] { await GetAsync(write.Id), Assert.Single((await ReadAsync()).Changes) })
        {
            Assert.NotNull(change);
            Assert.Equal(write.Id, change.Id);
            Assert.Equal("Bestellungen ü", change.Collection);
            Assert.Equal(content, change.Content.ToArray());
            Assert.Equal(expiresAt, change.ExpiresAt);
            Assert.Equal(Time.GetUtcNow(), change.ChangedAt);
            Assert.Equal(ChangeKind.Put, change.Kind);
            Assert.Equal((outcome.Partition, outcome.Seqno, outcome.Revision), (change.Partition, change.Seqno, change.Revision));
        }
    }

    [Fact]
    public async Task Write_WithoutACollection_IsInTheEmptyOne()
    {
        await WriteAsync(Put("a") with { Collection = CollectionName.Empty });

        Assert.Equal(CollectionName.Empty, (await GetAsync("a"))!.Collection);
        Assert.Equal(CollectionName.Empty, (await ReadAsync()).Changes[0].Collection);
    }

    [Fact]
    public async Task Write_LargestIdAndDocument_AreKept()
    {
        var id = new string('x', DocumentLimits.MaxIdBytes);
        var content = new byte[DocumentLimits.DefaultMaxDocumentBytes];
        new Random(1).NextBytes(content);
        await WriteAsync(Put(id) with { Content = content });

        Assert.Equal(content, (await GetAsync(id))!.Content.ToArray());
        Assert.Equal(content, (await ReadAsync()).Changes[0].Content.ToArray());
    }

    [Fact]
    public async Task Write_AgainAndAgain_ReadersSeeTheNewestVersionAtItsOwnSeqno()
    {
        await WriteAsync(Put("a", 1));
        await WriteAsync(Put("b", 2));
        var last = Assert.Single(await WriteAsync(Put("a", 3)));

        var page = await ReadAsync();

        Assert.Equal(["b", "a"], page.Changes.Select(c => c.Id));
        Assert.Equal([2, 3], page.Changes.Select(c => c.Seqno));
        Assert.Equal(2, last.Revision.Generation);
        Assert.Equal(Json(3), (await GetAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Write_ManyInOneRequest_TakeConsecutiveSeqnosInTheRequestsOrder()
    {
        var ids = Enumerable.Range(0, 1000).Select(n => $"doc-{(n * 7919) % 1000}").ToArray();
        var outcomes = await WriteAsync([.. ids.Select((id, n) => Put(id, n))]);

        Assert.Equal(Enumerable.Range(1, 1000).Select(n => (long)n), outcomes.Select(o => o.Seqno));
        Assert.Equal(ids, (await ReadAsync()).Changes.Select(c => c.Id));
    }

    [Fact]
    public async Task Write_OneDocumentSeveralTimesInARequest_EachTakesASeqnoAndTheLastIsSeen()
    {
        await WriteAsync(Put("a", 0));
        var outcomes = await WriteAsync(Put("a", 1), Put("b", 2), Delete("a"), Put("a", 3), Touch("a"), Delete("b"), Touch("b"));

        Assert.Equal([2, 3, 4, 5, 6, 7, 0], outcomes.Select(o => o.Seqno));
        Assert.Equal([2, 1, 3, 4, 5, 2, 0], outcomes.Select(o => o.Revision.Generation));
        var page = await ReadAsync();
        Assert.Equal([6, 7], page.Changes.Select(c => c.Seqno));
        Assert.Equal(Json(3), page.Changes[0].Content.ToArray());
        Assert.Equal(ChangeKind.Delete, page.Changes[1].Kind);
        Assert.Equal(7, page.SnapshotEnd);
    }

    [Fact]
    public async Task Write_Delete_LeavesATombstone()
    {
        var put = Assert.Single(await WriteAsync(Put("a", 1, expiresAt: Time.GetUtcNow().AddDays(1))));
        var outcome = Assert.Single(await WriteAsync(Delete("a")));

        var tombstone = Assert.Single((await ReadAsync()).Changes);
        Assert.Equal(ChangeKind.Delete, tombstone.Kind);
        Assert.Equal((outcome.Seqno, outcome.Revision), (tombstone.Seqno, tombstone.Revision));
        Assert.Equal(Revision.Next(put.Revision, deleted: true, default), tombstone.Revision);
        Assert.Equal("Orders", tombstone.Collection);
        Assert.True(tombstone.Content.IsEmpty);
        Assert.Null(tombstone.ExpiresAt);
        Assert.Equal(2, (await GetAsync("a"))!.Seqno);
    }

    [Fact]
    public async Task Write_DeleteOrTouchOfWhatDoesNotExist_ChangesNothingAndSaysSo()
    {
        await WriteAsync(Put("gone"));
        await WriteAsync(Delete("gone"));
        var outcomes = await WriteAsync(Delete("never"), Touch("never"), Delete("gone"), Touch("gone"));

        Assert.All(outcomes, o => Assert.False(o.Changed));
        Assert.All(outcomes, o => Assert.Equal(default, o.Revision));
        Assert.Equal(2, Store.Partitions[0].HighSeqno);
        Assert.Null(await GetAsync("never"));
    }

    [Fact]
    public async Task Write_PutOnATombstone_ContinuesItsGenerations()
    {
        await WriteAsync(Put("a", 1));
        var tombstone = Assert.Single(await WriteAsync(Delete("a")));
        var again = Assert.Single(await WriteAsync(Put("a", 2)));

        Assert.Equal(Revision.Next(tombstone.Revision, deleted: false, Json(2)), again.Revision);
        Assert.Equal(3, again.Revision.Generation);
        Assert.Equal(["a"], (await ReadAsync()).Changes.Select(c => c.Id));
    }

    [Fact]
    public async Task Write_Touch_IsAFreshChangeWithTheSameContentAndAnotherExpiry()
    {
        var expiresAt = Time.GetUtcNow().AddHours(2);
        var put = Assert.Single(await WriteAsync(Put("a", 1)));
        await WriteAsync(Put("b", 2));
        await WriteAsync(Touch("a", expiresAt));

        var touched = (await ReadAsync()).Changes[^1];
        Assert.Equal((ChangeKind.Put, "a", 3, "Orders", expiresAt), (touched.Kind, touched.Id, touched.Seqno, touched.Collection, touched.ExpiresAt));
        Assert.Equal(Json(1), touched.Content.ToArray());
        Assert.Equal(Revision.Next(put.Revision, deleted: false, Json(1)), touched.Revision);

        await WriteAsync(Touch("a"));
        Assert.Null((await GetAsync("a"))!.ExpiresAt);
    }

    [Fact]
    public async Task Write_CancelledBefore_IsRefused()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync([Put("a")], cancelled).Within());

        await WriteAsync(Put("b"));
        Assert.Equal(["b"], (await ReadAsync()).Changes.Select(c => c.Id));
    }
}
