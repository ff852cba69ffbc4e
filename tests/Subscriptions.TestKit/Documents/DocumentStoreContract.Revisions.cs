using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    private static readonly CollectionRevisions Unlimited = new();

    [Fact]
    public async Task Revisions_SwitchedOff_NothingIsKept()
    {
        await WriteAsync(Put("a", 1));
        await WriteAsync(Put("a", 2));
        await KeepAsync("Others", Unlimited);
        await WriteAsync(Put("a", 3), Delete("b"));

        var page = await RevisionsAsync();
        Assert.Equal((0, 3, 3), (page.Changes.Count, page.LastSeqno, page.SnapshotEnd));
        Assert.Empty(await ListAsync("a"));
        Assert.Null(await RevisionAsync("a", 0));
        Assert.Equal(0, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
    }

    [Fact]
    public async Task Revisions_SeveralVersions_EachWithTheOneBefore()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1), Put("b", 2));
        await WriteAsync(Put("a", 3));
        await WriteAsync(Touch("a", Time.GetUtcNow().AddHours(1)));
        await WriteAsync(Delete("b"));

        Assert.Equal(["1 a {1} <", "2 b {2} <", "3 a {3} < {1}", "4 a {3} < {3}", "5 b Delete < {2}"], await ShowAsync());
        var changes = (await RevisionsAsync()).Changes;
        Assert.Equal(changes[0].Revision, changes[2].Previous!.Revision);
        Assert.Equal(changes[2].Revision, changes[3].Previous!.Revision);
        Assert.Equal(Time.GetUtcNow().AddHours(1), changes[3].ExpiresAt);
        Assert.Equal(("Orders", 0, Time.GetUtcNow()), (changes[4].Collection, changes[4].Content.Length, changes[4].ChangedAt));
        Assert.Equal(["a", "b"], (await ReadAsync()).Changes.Select(c => c.Id));
        Assert.Equal(5, (await Store.GetStatisticsAsync(Token).Within()).Revisions);
    }

    [Fact]
    public async Task Revisions_SeveralVersionsInOneRequest_AllAreKept()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 0));
        await WriteAsync(Put("a", 1), Put("b", 9), Put("a", 2), Delete("a"), Put("a", 3), Touch("b"));
        string[] expected =
        [
            "1 a {0} <", "2 a {1} < {0}", "3 b {9} <", "4 a {2} < {1}", "5 a Delete < {2}", "6 a {3} <", "7 b {9} < {9}",
        ];

        Assert.Equal(expected, await ShowAsync());
        await ReopenAsync();
        Assert.Equal(expected, await ShowAsync());
        Assert.Equal([(6, Json(3)), (7, Json(9))], (await ReadAsync()).Changes.Select(c => ((int)c.Seqno, c.Content.ToArray())));
    }

    [Fact]
    public async Task Revisions_SwitchedOnLater_TheVersionThatWasCurrentIsShownAsTheOneBefore()
    {
        await WriteAsync(Put("a", 1), Put("b", 1), Put("c", 1));
        await WriteAsync(Delete("c"));
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 2));
        await WriteAsync(Delete("b"), Put("c", 2), Put("d", 2));
        string[] expected = ["5 a {2} < {1}", "6 b Delete < {1}", "7 c {2} <", "8 d {2} <"];

        Assert.Equal(expected, await ShowAsync());
        Assert.Equal(5, (await RevisionAsync("a", 0))!.Seqno);
        Assert.Single(await ListAsync("a"));
        await ReopenAsync();
        Assert.Equal(expected, await ShowAsync());
    }

    [Fact]
    public async Task Revisions_OnOffOn_WhatWasWrittenBetweenIsMissingButTheLastOfIt()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1));
        await KeepAsync("Orders", Unlimited with { IsEnabled = false });
        await WriteAsync(Put("a", 2));
        await WriteAsync(Put("a", 3));
        Assert.Equal(["1 a {1} <"], await ShowAsync());

        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 4));

        Assert.Equal(["1 a {1} <", "4 a {4} < {3}"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_SwitchedOffAndOnWithinAnIdleTime_GoOnWithoutAGap()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1));
        await KeepAsync("Orders", null);
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 2));

        Assert.Equal(["1 a {1} <", "2 a {2} < {1}"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_DefaultForAllDocuments_OwnSettingsOfACollectionComeFirst()
    {
        await KeepAsync(RevisionSettings.AllDocuments, Unlimited);
        await KeepAsync("Orders", Unlimited with { IsEnabled = false });
        await WriteAsync(Put("a", 1), Put("b", 2) with { Collection = "Others" }, Put("c", 3) with { Collection = CollectionName.Empty });

        Assert.Equal(["2 b {2} <", "3 c {3} <"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_DocumentMovesBetweenCollections_VersionsOfTheKeptOneOnly()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1) with { Collection = "Others" });
        await WriteAsync(Put("a", 2));
        await WriteAsync(Put("a", 3) with { Collection = "Others" });
        await WriteAsync(Put("a", 4), Put("a", 5) with { Collection = "Others" }, Put("a", 6));

        Assert.Equal(["2 a {2} < {1}", "4 a {4} < {3}", "6 a {6} < {5}"], await ShowAsync());
        await ReopenAsync();
        Assert.Equal(["2 a {2} < {1}", "4 a {4} < {3}", "6 a {6} < {5}"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_Conflict_KeepsNothing()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1));

        await ConflictAsync(Put("a", 2), Put("a", 3, ExpectedRevision.Absent));

        Assert.Equal(["1 a {1} <"], await ShowAsync());
        await WriteAsync(Put("a", 4));
        Assert.Equal(["1 a {1} <", "2 a {4} < {1}"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_Expiry_IsKeptWithTheVersionBefore()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1, expiresAt: Time.GetUtcNow()));
        await ExpireAsync();
        await WriteAsync(Put("a", 2));

        Assert.Equal(["1 a {1} <", "2 a Expiry < {1}", "3 a {2} <"], await ShowAsync());
    }

    [Fact]
    public async Task Revisions_SeveralPartitions_EachHasItsOwn()
    {
        await using var store = await CreateAsync("many", partitionCount: 8);
        await store.SetRevisionsAsync(RevisionSettings.None.With("Orders", Unlimited), Token).Within();
        var ids = Enumerable.Range(0, 50).Select(n => $"doc-{n}").ToArray();
        for (var round = 0; round < 3; round++) await WriteToAsync(store, [.. ids.Select(id => Put(id, round))]);

        for (var partition = 0; partition < 8; partition++)
        {
            var page = await store.ReadRevisionsAsync(partition, 0, NoLimit, Token).Within();
            Assert.Equal(Enumerable.Range(1, (int)store.Partitions[partition].HighSeqno).Select(n => (long)n), page.Changes.Select(c => c.Seqno));
            Assert.All(page.Changes, c => Assert.Equal(partition, c.Partition));
        }

        foreach (var id in ids)
            Assert.Equal(3, (await store.ListRevisionsAsync(id, long.MaxValue, 10, Token).Within()).Count);
    }

    [Fact]
    public async Task Revisions_PageByPage_EveryVersionOnceInOrder()
    {
        await KeepAsync("Orders", Unlimited);
        for (var i = 0; i < 100; i++) await WriteAsync(Put($"doc-{i % 9}", i), Put($"other-{i}") with { Collection = "Others" });

        var seen = new List<Change>();
        var page = default(ChangePage);
        do
        {
            page = await RevisionsAsync(page.LastSeqno, new ReadLimits(7, long.MaxValue));
            Assert.InRange(page.Changes.Count, 0, 7);
            Assert.Equal(200, page.SnapshotEnd);
            seen.AddRange(page.Changes);
        }
        while (!page.IsComplete);

        Assert.Equal(Enumerable.Range(0, 100).Select(n => (2L * n) + 1), seen.Select(c => c.Seqno));
        Assert.All(seen.Skip(9), c => Assert.NotNull(c.Previous));
    }

    [Fact]
    public async Task Revisions_ByteLimit_CountsBothVersions()
    {
        await KeepAsync("Orders", Unlimited);
        for (var i = 1; i <= 4; i++) await WriteAsync(Put("a", i));
        var all = (await RevisionsAsync()).Changes;
        Assert.Equal(all[0].Size + Json(1).Length, all[1].Size);

        var limit = all[0].Size + all[1].Size;
        Assert.Equal(2, (await RevisionsAsync(0, new ReadLimits(10, limit))).LastSeqno);
        Assert.Equal(1, (await RevisionsAsync(0, new ReadLimits(10, limit - 1))).LastSeqno);
        Assert.Equal(1, (await RevisionsAsync(0, new ReadLimits(10, 1))).LastSeqno);
        Assert.Equal((4, true), ((await RevisionsAsync(2, NoLimit)).LastSeqno, (await RevisionsAsync(2, NoLimit)).IsComplete));
    }

    [Fact]
    public async Task GetRevision_FromASeqno_IsTheOldestAtOrAboveIt()
    {
        await KeepAsync("Orders", Unlimited);
        await WriteAsync(Put("a", 1));
        await WriteAsync(Put("b", 2));
        await WriteAsync(Put("a", 3));
        await WriteAsync(Delete("a"));

        Assert.Equal("1 a {1} <", Show((await RevisionAsync("a", 0))!));
        Assert.Equal("1 a {1} <", Show((await RevisionAsync("a", 1))!));
        Assert.Equal("3 a {3} < {1}", Show((await RevisionAsync("a", 2))!));
        Assert.Equal("4 a Delete < {3}", Show((await RevisionAsync("a", 4))!));
        Assert.Null(await RevisionAsync("a", 5));
        Assert.Null(await RevisionAsync("a", long.MaxValue));
        Assert.Null(await RevisionAsync("c", 0));
        Assert.Null(await RevisionAsync(new string('a', 5000), 0));
    }

    [Fact]
    public async Task GetRevision_ByRevision_IsThatVersion()
    {
        await KeepAsync("Orders", Unlimited);
        var first = Assert.Single(await WriteAsync(Put("a", 1))).Revision;
        var second = Assert.Single(await WriteAsync(Put("a", 2))).Revision;
        await WriteAsync(Put("b", 2));

        Assert.Equal("1 a {1} <", Show((await Store.GetRevisionAsync("a", first, Token).Within())!));
        Assert.Equal("2 a {2} < {1}", Show((await Store.GetRevisionAsync("a", second, Token).Within())!));
        Assert.Null(await Store.GetRevisionAsync("b", second, Token).Within());
        Assert.Null(await Store.GetRevisionAsync("a", second with { Digest = 7 }, Token).Within());
        Assert.Null(await Store.GetRevisionAsync("a", Foreign, Token).Within());
    }

    [Fact]
    public async Task ListRevisions_PageByPage_TheNewestFirst()
    {
        await KeepAsync("Orders", Unlimited);
        for (var i = 0; i < 5; i++) await WriteAsync(Put("a", i), Put("b", i));
        var deleted = Assert.Single(await WriteAsync(Delete("a"))).Revision;

        var first = await Store.ListRevisionsAsync("a", long.MaxValue, 2, Token).Within();
        Assert.Equal(new RevisionInfo(deleted, 11, ChangeKind.Delete, "Orders", Time.GetUtcNow(), 0), first[0]);
        Assert.Equal([11, 9], first.Select(r => (int)r.Seqno));
        Assert.Equal(Json(4).Length, first[1].ContentBytes);
        Assert.Equal([7, 5, 3, 1], (await Store.ListRevisionsAsync("a", 9, 100, Token).Within()).Select(r => (int)r.Seqno));
        Assert.Empty(await Store.ListRevisionsAsync("a", 1, 100, Token).Within());
    }

    private static string Show(Change change)
    {
        var what = change.IsTombstone ? change.Kind.ToString() : Short(change.Content);
        return $"{change.Seqno} {change.Id} {what} < {(change.Previous is { } p ? Short(p.Content) : "")}".TrimEnd();
    }

    // {"value":7} as {7}.
    private static string Short(ReadOnlyMemory<byte> content) =>
        Encoding.UTF8.GetString(content.Span).Replace("\"value\":", "", StringComparison.Ordinal);

    private async Task KeepAsync(string collection, CollectionRevisions? revisions) =>
        await Store.SetRevisionsAsync(Store.Info.Settings.Revisions.With(collection, revisions), Token).Within();

    private async Task<IEnumerable<string>> ShowAsync() => (await RevisionsAsync()).Changes.Select(Show);

    private Task<ChangePage> RevisionsAsync(long afterSeqno = 0, ReadLimits? limits = null) =>
        Store.ReadRevisionsAsync(0, afterSeqno, limits ?? NoLimit, Token).Within();

    private Task<Change?> RevisionAsync(string id, long fromSeqno) => Store.GetRevisionAsync(id, fromSeqno, Token).Within();

    private Task<IReadOnlyList<RevisionInfo>> ListAsync(string id) => Store.ListRevisionsAsync(id, long.MaxValue, 100, Token).Within();
}
