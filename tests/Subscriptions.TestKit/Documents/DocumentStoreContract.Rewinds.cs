using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.TestKit.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task Rewind_VersionsAreKept_EverythingIsAsItWasThen()
    {
        var seed = DocumentStoreModel.NewSeed();
        TestContext.Current.TestOutputHelper?.WriteLine($"MODEL_SEED={seed}");
        var random = new Random(seed);
        await Store.SetRevisionsAsync(RevisionSettings.None.With("Orders", new CollectionRevisions()), Token).Within();
        var moments = new List<(long Seqno, List<string> State, DocumentStatistics Counts)> { await MomentAsync() };
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                await WriteAsync([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Operation(random))]);
                moments.Add(await MomentAsync());
            }

            var to = moments[random.Next(moments.Count)];
            var before = Store.Partitions[0];
            var done = Assert.IsType<RewindResult.Done>(await RewindAsync(to.Seqno));

            var now = Assert.Single(Store.Partitions);
            Assert.Equal(0, done.Deleted);
            Assert.Equal(to.State, await DescribeAsync(Store));
            var counts = await Store.GetStatisticsAsync(Token).Within();
            Assert.Equal((to.Counts.Documents, to.Counts.Tombstones, to.Counts.Revisions), (counts.Documents, counts.Tombstones, counts.Revisions));
            Assert.Equal(to.Seqno, now.HighSeqno);
            Assert.Equal(before.FailoverLog.Branched(now.FailoverLog.Current, to.Seqno), now.FailoverLog);
            Assert.NotEqual(before.FailoverLog.Current, now.FailoverLog.Current);
            moments.RemoveAll(m => m.Seqno > to.Seqno);
        }

        async Task<(long, List<string>, DocumentStatistics)> MomentAsync() =>
            (Store.Partitions[0].HighSeqno, await DescribeAsync(Store), await Store.GetStatisticsAsync(Token).Within());
    }

    [Fact]
    public async Task Rewind_VersionsAreNotKept_IsRefusedOrDeletesThemOnTheNewBranch()
    {
        await WriteAsync(Put("a", 1), Put("kept", 1));
        await WriteAsync(Put("a", 2), Put("new", 2));
        await WriteAsync(Put("a", 3), Delete("new"));
        var (newest, state) = ((await GetAsync("a"))!, await DescribeAsync(Store));

        // What newer versions replaced may be there still.
        var result = await RewindAsync(2);
        if (result is RewindResult.Done)
        {
            Assert.Equal(new RewindResult.Done(1, 1, 0), result);
            Assert.Equal(Json(1), (await GetAsync("a"))!.Content.ToArray());
        }
        else
        {
            Assert.Equal(new RewindResult.Unknown(1, "a"), result);
            Assert.Equal(state, await DescribeAsync(Store));

            Assert.Equal(new RewindResult.Done(0, 1, 1), await RewindAsync(2, deletesUnknown: true));
            var tombstone = (await GetAsync("a"))!;
            Assert.Equal((ChangeKind.Delete, 3L, 3L), (tombstone.Kind, tombstone.Seqno, Store.Partitions[0].HighSeqno));
            Assert.Equal(Revision.Next(newest.Revision, deleted: true, default), tombstone.Revision);
            Assert.True((await Store.GetHistoryAsync("a", Token).Within())!.Has(newest.Revision));
        }

        Assert.Equal([2L, 0L], Store.Partitions[0].FailoverLog.Entries.Select(e => e.StartSeqno));
        Assert.Null(await GetAsync("new"));
        Assert.Equal(Json(1), (await GetAsync("kept"))!.Content.ToArray());
    }

    [Fact]
    public async Task Rewind_ToTheBeginning_LeavesNothing()
    {
        await WriteAsync(Put("a", 1), Put("b", 1));
        await WriteAsync(Put("a", 2), Delete("b"));

        Assert.Equal(new RewindResult.Done(0, 2, 0), await RewindAsync(0));

        var counts = await Store.GetStatisticsAsync(Token).Within();
        Assert.Equal((0L, 0L, 0L), (counts.Documents, counts.Tombstones, Store.Partitions[0].HighSeqno));
        Assert.Equal(1, Assert.Single(await WriteAsync(Put("a", 3))).Revision.Generation);
    }

    [Fact]
    public async Task Rewind_BeyondTheNewestOrBelowAPurge_ChangesNothing()
    {
        await WriteAsync(Put("a", 1), Put("b", 1));
        await WriteAsync(Delete("a"));
        Time.Advance(TimeSpan.FromHours(1));
        await Store.PurgeTombstonesAsync(Time.GetUtcNow(), 10, Token).Within();
        await WriteAsync(Put("b", 2));
        var state = await DescribeAsync(Store);

        Assert.Equal(new RewindResult.Beyond(4), await RewindAsync(5));
        Assert.Equal(new RewindResult.Purged(3), await RewindAsync(2, deletesUnknown: true));
        Assert.Equal(state, await DescribeAsync(Store));
        Assert.Single(Store.Partitions[0].FailoverLog.Entries);
        Assert.IsType<RewindResult.Done>(await RewindAsync(3, deletesUnknown: true));
    }

    [Fact]
    public async Task Rewind_OnePartition_LeavesTheOthersAsTheyAre()
    {
        await Store.DisposeAsync();
        Assert.True(await Provider.DropAsync(Store.Info.Name, Token).Within());
        var info = InfoOf("orders", 3) with { Settings = new DatabaseSettings { Revisions = RevisionSettings.None.With("Orders", new CollectionRevisions()) } };
        await using (var store = (await Provider.CreateAsync(info, Observer, Token).Within())!)
        {
            await WriteToAsync(store, [.. Enumerable.Range(0, 30).Select(n => Put($"doc-{n}", n))]);
            await WriteToAsync(store, [.. Enumerable.Range(0, 60).Select(n => Put($"doc-{n}", n + 1))]);
        }

        await ReopenAsync();
        var before = Store.Partitions.ToList();
        var untouched = (await Store.ReadChangesAsync(0, 0, NoLimit, Token).Within()).Changes.Select(Describe).ToList();
        Assert.IsType<RewindResult.Done>(await RewindAsync(1, partition: 1));

        Assert.Equal([before[0], before[2]], [Store.Partitions[0], Store.Partitions[2]]);
        Assert.Equal(untouched, (await Store.ReadChangesAsync(0, 0, NoLimit, Token).Within()).Changes.Select(Describe));
        Assert.Single((await Store.ReadChangesAsync(1, 0, NoLimit, Token).Within()).Changes);
    }

    /// <summary>Rewinds a partition of <see cref="Store"/>, which is closed for it and opened again.</summary>
    protected async Task<RewindResult?> RewindAsync(long seqno, bool deletesUnknown = false, int partition = 0)
    {
        await Store.DisposeAsync();
        var result = await Provider.RewindAsync(Store.Info.Name, new PartitionRewind(partition, seqno, deletesUnknown), Token).Within();
        Store = await OpenAsync(Store.Info.Name.Value, Observer);
        return result;
    }

    private DocumentWrite Operation(Random random)
    {
        var id = $"doc-{random.Next(8)}";
        return random.Next(5) switch
        {
            0 => Delete(id),
            1 => Touch(id, Time.GetUtcNow().AddDays(random.Next(1, 5))),
            _ => Put(id, random.Next(1000)),
        };
    }
}
