using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task History_OfEveryKindOfChange_HasAllRevisionsBefore()
    {
        var revisions = new List<Revision>();
        Assert.Null(await Store.GetHistoryAsync("a", Token).Within());
        Assert.Null(await Store.GetHistoryAsync(new string('a', 5000), Token).Within());
        foreach (var write in new[] { Put("a", 1), Put("a", 2), Touch("a"), Delete("a"), Put("a", 3, expiresAt: Time.GetUtcNow()) })
        {
            revisions.Insert(0, Assert.Single(await WriteAsync(write)).Revision);
            await AssertHistoryAsync("a", write.Kind == WriteKind.Delete ? ChangeKind.Delete : ChangeKind.Put, revisions);
        }

        Assert.Equal(1, await ExpireAsync());
        revisions.Insert(0, (await GetAsync("a"))!.Revision);
        await AssertHistoryAsync("a", ChangeKind.Expiry, revisions);
        var more = await WriteAsync(Put("a", 4), Put("b", 1), Delete("a"), Put("a", 5));
        foreach (var outcome in more.Where(o => o.Id == "a")) revisions.Insert(0, outcome.Revision);
        await AssertHistoryAsync("a", ChangeKind.Put, revisions);
        await ReopenAsync();
        await AssertHistoryAsync("a", ChangeKind.Put, revisions);
        await AssertHistoryAsync("b", ChangeKind.Put, [more[1].Revision]);
    }

    [Fact]
    public async Task History_OfMoreRevisionsThanAreKept_HasTheNewest()
    {
        const int Updates = 1500;
        var revisions = new List<Revision>();
        for (var i = 0; i < Updates; i += 100)
        {
            foreach (var outcome in await WriteAsync([.. Enumerable.Range(i, 100).Select(n => Put("a", n))])) revisions.Insert(0, outcome.Revision);
            await AssertHistoryAsync("a", ChangeKind.Put, revisions.Take(1 + RevisionHistory.MaxAncestors));
        }

        Assert.Equal(Updates, (await GetAsync("a"))!.Revision.Generation);
    }

    [Fact]
    public async Task History_AfterAPurge_BeginsAnew()
    {
        await WriteAsync([.. Enumerable.Range(0, 400).Select(n => Put("a", n))]);
        await WriteAsync(Delete("a"), Put("b", 1), Put("b", 2));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await PurgeAsync(Time.GetUtcNow()));

        Assert.Null(await Store.GetHistoryAsync("a", Token).Within());
        var again = Assert.Single(await WriteAsync(Put("a", 1))).Revision;
        await AssertHistoryAsync("a", ChangeKind.Put, [again]);
        Assert.Equal(2, (await Store.GetHistoryAsync("b", Token).Within())!.Revision.Generation);
    }

    [Fact]
    public async Task Replicate_NewDocument_GetsThatRevisionAndItsAncestors()
    {
        var made = MadeElsewhere(3, 33, 32, 31);
        var outcome = await ReplicateAsync(Put("a", 1), made);

        Assert.Equal(new WriteEachOutcome.Done(new WriteOutcome("a", 0, 1, made.Revision)), outcome);
        await AssertHistoryAsync("a", ChangeKind.Put, [made.Revision, new(2, 32), new(1, 31)]);
        Assert.Equal((made.Revision, "Orders"), ((await GetAsync("a"))!.Revision, (await GetAsync("a"))!.Collection));
        var next = Assert.Single(await WriteAsync(Put("a", 2, ExpectedRevision.Exactly(made.Revision)))).Revision;
        Assert.Equal(Revision.Next(made.Revision, deleted: false, Json(2)), next);
        await ReopenAsync();
        await AssertHistoryAsync("a", ChangeKind.Put, [next, made.Revision, new(2, 32), new(1, 31)]);
    }

    [Fact]
    public async Task Replicate_FollowsTheNewest_HasTheAncestorsOfBoth()
    {
        var own = (await WriteAsync(Put("a", 1), Put("a", 2), Put("a", 3))).Select(o => o.Revision).Reverse().ToArray();
        var made = MadeElsewhere(5, 55, 54, own[0].Digest);

        Assert.Equal(5, Assert.IsType<WriteEachOutcome.Done>(await ReplicateAsync(Put("a", 4), made)).Outcome.Revision.Generation);

        await AssertHistoryAsync("a", ChangeKind.Put, [made.Revision, new(4, 54), .. own]);
        Assert.Equal(Json(4), (await GetAsync("a"))!.Content.ToArray());
    }

    [Fact]
    public async Task Replicate_KnowsOlderAncestorsThanTheStore_TheyAreAdded()
    {
        await ReplicateAsync(Put("a", 1), MadeElsewhere(5, 55, 54));
        await ReplicateAsync(Put("a", 2), MadeElsewhere(6, 66, 55, 54, 53, 52, 51));

        await AssertHistoryAsync("a", ChangeKind.Put, [new(6, 66), new(5, 55), new(4, 54), new(3, 53), new(2, 52), new(1, 51)]);
    }

    [Fact]
    public async Task Replicate_WhatIsKnown_ChangesNothing()
    {
        var own = (await WriteAsync(Put("a", 1), Put("a", 2), Delete("a"))).Select(o => o.Revision).ToArray();
        var commits = Observer.Commits.Count;

        foreach (var revision in own)
        {
            var outcome = await ReplicateAsync(Put("a", 9), new RevisionHistory(revision, []));
            Assert.Equal(new WriteEachOutcome.Done(new WriteOutcome("a", 0, 0, default)), outcome);
        }

        Assert.Equal((3, commits), (Store.Partitions[0].HighSeqno, Observer.Commits.Count));
        Assert.True((await GetAsync("a"))!.IsTombstone);
    }

    [Fact]
    public async Task Replicate_Parted_ConflictsWithTheNewestTombstoneOrNot()
    {
        var own = (await WriteAsync(Put("a", 1), Put("a", 2))).Select(o => o.Revision).ToArray();
        foreach (var made in new[]
        {
            MadeElsewhere(1, 77), MadeElsewhere(2, 77, own[0].Digest), MadeElsewhere(3, 77, 76, own[0].Digest), MadeElsewhere(9, 77),
        })
        {
            Assert.Equal(new WriteEachOutcome.Conflict("a", own[1]), await ReplicateAsync(Put("a", 9), made));
        }

        var tombstone = Assert.Single(await WriteAsync(Delete("a"))).Revision;
        Assert.Equal(new WriteEachOutcome.Conflict("a", tombstone), await ReplicateAsync(Put("a", 9), MadeElsewhere(1, 77)));
        Assert.IsType<WriteEachOutcome.Done>(await ReplicateAsync(Put("a", 9), MadeElsewhere(4, 77, tombstone.Digest)));
        Assert.False((await GetAsync("a"))!.IsTombstone);
    }

    [Fact]
    public async Task Replicate_Delete_LeavesATombstoneEvenOfWhatNeverWas()
    {
        var made = MadeElsewhere(2, 22, 21);
        Assert.IsType<WriteEachOutcome.Done>(await ReplicateAsync(Delete("never"), made));
        var own = Assert.Single(await WriteAsync(Put("a", 1))).Revision;
        Assert.IsType<WriteEachOutcome.Done>(await ReplicateAsync(Delete("a"), MadeElsewhere(2, 29, own.Digest)));

        await AssertHistoryAsync("never", ChangeKind.Delete, [made.Revision, new(1, 21)]);
        await AssertHistoryAsync("a", ChangeKind.Delete, [new(2, 29), own]);
        Assert.Equal([("never", CollectionName.Empty), ("a", "Orders")], (await ReadAsync()).Changes.Select(c => (c.Id, c.Collection)));
        Assert.Equal((0, 2), (await CountAsync(s => s.Documents), await CountAsync(s => s.Tombstones)));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await PurgeAsync(Time.GetUtcNow()));
        Assert.Null(await Store.GetHistoryAsync("never", Token).Within());
    }

    [Fact]
    public async Task Replicate_SeveralVersionsInOneRequest_EachFollowsTheOneBefore()
    {
        await KeepAsync("Orders", Unlimited);
        var outcomes = await WriteEachAsync(
            Put("a", 1) with { History = MadeElsewhere(1, 11) },
            Put("a", 2) with { History = MadeElsewhere(4, 14, 13, 12, 11) },
            Put("a", 3) with { History = MadeElsewhere(4, 99, 13) },
            Put("a", 4) with { History = MadeElsewhere(2, 12, 11) },
            Delete("a") with { History = MadeElsewhere(5, 15, 14) });

        Assert.Equal([1, 2, 0, 3], outcomes.OfType<WriteEachOutcome.Done>().Select(d => d.Outcome.Seqno));
        Assert.Equal(new WriteEachOutcome.Conflict("a", new Revision(4, 14)), outcomes[2]);
        await AssertHistoryAsync("a", ChangeKind.Delete, [new(5, 15), new(4, 14), new(3, 13), new(2, 12), new(1, 11)]);
        Assert.Equal(["1 a {1} <", "2 a {2} < {1}", "3 a Delete < {2}"], await ShowAsync());
    }

    [Fact]
    public async Task Replicate_LongHistory_TheNewestAncestorsStay()
    {
        var digests = Enumerable.Range(1, 3000).Select(n => (UInt128)n).Reverse().ToArray();
        await ReplicateAsync(Put("a", 1), new RevisionHistory(new Revision(1000, 1000), digests[2001..]));
        await ReplicateAsync(Put("a", 2), new RevisionHistory(new Revision(3000, 3000), digests[1..]));

        await AssertHistoryAsync("a", ChangeKind.Put, Enumerable.Range(0, 1000).Select(n => new Revision(3000 - n, (UInt128)(3000 - n))));
        var known = await ReplicateAsync(Put("a", 3), new RevisionHistory(new Revision(2001, 2001), []));
        Assert.False(Assert.IsType<WriteEachOutcome.Done>(known).Outcome.Changed);
        Assert.IsType<WriteEachOutcome.Conflict>(await ReplicateAsync(Put("a", 3), new RevisionHistory(new Revision(2000, 2000), [])));
    }

    [Fact]
    public async Task Replicate_InARequestOfAllOrNothing_IsRefused()
    {
        var write = Put("a") with { History = MadeElsewhere(1, 11) };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync([write], Token).Within());

        Assert.Null(await GetAsync("a"));
    }

    private static RevisionHistory MadeElsewhere(long generation, UInt128 digest, params UInt128[] ancestors) =>
        new(new Revision(generation, digest), ancestors);

    private async Task<WriteEachOutcome> ReplicateAsync(DocumentWrite write, RevisionHistory history) =>
        Assert.Single(await WriteEachAsync(write with { History = history }));

    private async Task AssertHistoryAsync(string id, ChangeKind kind, IEnumerable<Revision> newestFirst)
    {
        var history = await Store.GetHistoryAsync(id, Token).Within();
        Assert.NotNull(history);
        Assert.Equal(kind, history.Kind);
        Assert.Equal(newestFirst, history.Ancestors.Select((d, i) => new Revision(history.Revision.Generation - 1 - i, d)).Prepend(history.Revision));
    }
}
