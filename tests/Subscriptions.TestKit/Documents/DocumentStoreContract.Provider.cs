using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Create_NewDatabase_EachPartitionHasABranchOfItsOwn()
    {
        await using var store = await CreateAsync("many", partitionCount: 1024);

        Assert.Equal(Enumerable.Range(0, 1024), store.Partitions.Select(p => p.Partition));
        Assert.All(store.Partitions, p => Assert.Equal((0, 0), (p.HighSeqno, p.PurgeSeqno)));
        Assert.All(store.Partitions, p => Assert.Equal(0, Assert.Single(p.FailoverLog.Entries).StartSeqno));
        Assert.Equal(1024, store.Partitions.Select(p => p.FailoverLog.Current).Distinct().Count());
    }

    [Fact]
    public async Task Create_NameIsTaken_IsNullAndChangesNothing()
    {
        await WriteAsync(Put("a"));

        Assert.Null(await Provider.CreateAsync(InfoOf("orders", 4), new CommitRecorder(), Token).Within());

        Assert.Equal(["a"], (await ReadAsync()).Changes.Select(c => c.Id));
        await ReopenAsync();
        Assert.Equal(1, Store.Info.PartitionCount);
    }

    [Fact]
    public async Task Open_UnknownDatabase_IsNull() =>
        Assert.Null(await Provider.OpenAsync(DatabaseName.Parse("order"), new CommitRecorder(), Token).Within());

    [Fact]
    public async Task List_SeveralDatabases_ByIncreasingName()
    {
        var longest = "z" + new string('/', DatabaseName.MaxLength - 1);
        string[] names = ["a", "a/b", "a-b", "a+b", "a$(1)", "ab", "a_b", "a/db", "a/creating", longest];
        foreach (var name in names) await (await CreateAsync(name)).DisposeAsync();

        var expected = names.Append("orders").Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await Provider.ListAsync(Token).Within()).Select(n => n.Value));
        await ReopenAsync();
        Assert.Equal(expected, (await Provider.ListAsync(Token).Within()).Select(n => n.Value));
    }

    [Fact]
    public async Task Databases_WithSimilarNames_AreSeparate()
    {
        await using var slash = await CreateAsync("a/b");
        await using var dash = await CreateAsync("a-b");
        await WriteToAsync(slash, Put("x"));

        Assert.NotNull(await slash.GetAsync("x", Token).Within());
        Assert.Null(await dash.GetAsync("x", Token).Within());
    }

    [Fact]
    public async Task Drop_Database_IsGoneAndItsNameIsFree()
    {
        var store = await CreateAsync("gone");
        await WriteToAsync(store, Put("a"));
        var branch = store.Partitions[0].FailoverLog.Current;
        await store.DisposeAsync();

        Assert.True(await Provider.DropAsync(DatabaseName.Parse("gone"), Token).Within());
        Assert.False(await Provider.DropAsync(DatabaseName.Parse("gone"), Token).Within());
        Assert.Equal(["orders"], (await Provider.ListAsync(Token).Within()).Select(n => n.Value));
        Assert.Null(await Provider.OpenAsync(DatabaseName.Parse("gone"), new CommitRecorder(), Token).Within());

        await using var again = await CreateAsync("gone");
        Assert.NotEqual(branch, again.Partitions[0].FailoverLog.Current);
        Assert.Null(await again.GetAsync("a", Token).Within());
    }

    [Fact]
    public async Task Reopen_Database_KeepsEverything()
    {
        var settings = new DatabaseSettings { MaxDocumentBytes = 4321, TombstoneRetention = TimeSpan.FromMinutes(17) };
        var info = new DatabaseInfo(DatabaseName.Parse("kept"), 3, settings, Time.GetUtcNow());
        var store = (await Provider.CreateAsync(info, new CommitRecorder(), Token).Within())!;
        await WriteToAsync(store, [.. Enumerable.Range(0, 100).Select(n => Put($"doc-{n}", n, expiresAt: Time.GetUtcNow().AddDays(n)))]);
        await WriteToAsync(store, [.. Enumerable.Range(0, 50).Select(n => n % 2 == 0 ? Put($"doc-{n}", n + 1) : Delete($"doc-{n}"))]);
        await store.PurgeTombstonesAsync(Time.GetUtcNow().AddTicks(TimeSpan.TicksPerMillisecond), 10, Token).Within();
        var before = await Snapshot(store);
        await store.DisposeAsync();
        await ReopenAsync();
        await using var again = await OpenAsync("kept");

        Assert.Equal(info, again.Info);
        Assert.Equal(before, await Snapshot(again));
        Assert.Equal(before, await Snapshot(again));
    }

    [Fact]
    public async Task Reopen_Database_SeqnosGoOn()
    {
        await WriteAsync(Put("a"), Put("b"));
        await ReopenAsync();

        Assert.Equal(2, Store.Partitions[0].HighSeqno);
        Assert.Equal(3, Assert.Single(await WriteAsync(Put("a", 2))).Seqno);
        Assert.Equal(1, Observer.Changes[^1].SupersededSeqno);
        Assert.Equal(["b", "a"], (await ReadAsync()).Changes.Select(c => c.Id));
    }

    [Fact]
    public async Task Statistics_AfterEveryKindOfChange_Count()
    {
        await WriteAsync(Put("a"), Put("b"), Put("c", expiresAt: Time.GetUtcNow()), Put("d"));
        await WriteAsync(Put("a", 2), Delete("b"), Delete("b"), Put("e"), Delete("e"), Touch("d"));
        await Store.ExpireAsync(Time.GetUtcNow(), 10, Token).Within();
        Assert.Equal((2, 3), await Counts());

        await WriteAsync(Put("b"));
        Assert.Equal((3, 2), await Counts());
        Time.Advance(TimeSpan.FromHours(1));
        await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within();
        Assert.Equal((3, 0), await Counts());
        await ReopenAsync();
        Assert.Equal((3, 0), await Counts());
        Assert.True((await Store.GetStatisticsAsync(Token).Within()).DiskBytes > 0);
    }

    [Fact]
    public async Task Closed_Store_RefusesEverything()
    {
        await WriteAsync(Put("a"));
        await Store.DisposeAsync();
        await Store.DisposeAsync();

        await AssertFaultAsync(StoreFault.Closed, () => WriteAsync(Put("a")));
        await AssertFaultAsync(StoreFault.Closed, () => GetAsync("a"));
        await AssertFaultAsync(StoreFault.Closed, () => ReadAsync());
        await AssertFaultAsync(StoreFault.Closed, () => Store.ExpireAsync(Time.GetUtcNow(), 1, Token).Within());
        await AssertFaultAsync(StoreFault.Closed, () => Store.PurgeTombstonesAsync(Time.GetUtcNow(), 1, Token).Within());
    }

    private static async Task<List<string>> Snapshot(IDocumentStore store)
    {
        var snapshot = new List<string>();
        foreach (var partition in store.Partitions)
        {
            var page = await store.ReadChangesAsync(partition.Partition, 0, NoLimit, Token).Within();
            snapshot.Add($"{partition} {page.LastSeqno} {page.SnapshotEnd}");
            snapshot.AddRange(page.Changes.Select(Describe));
        }

        return snapshot;
    }

    private async Task<(long Documents, long Tombstones)> Counts()
    {
        var statistics = await Store.GetStatisticsAsync(Token).Within();
        return (statistics.Documents, statistics.Tombstones);
    }
}
