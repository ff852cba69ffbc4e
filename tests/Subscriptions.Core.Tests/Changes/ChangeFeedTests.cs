using System.Globalization;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class ChangeFeedTests
{
    private static readonly ReadLimits Few = new(7, long.MaxValue);

    [Fact]
    public async Task ReadAsync_InsideTheTail_CostsNoRead()
    {
        var (feed, store) = Create(tailBytes: 1_000_000);
        await WriteAsync(store, 1, 20);

        var page = await feed.ReadAsync(0, 5, Few, Cancellation);

        Assert.Equal(Enumerable.Range(6, 7).Select(s => (long)s), page.Changes.Select(c => c.Seqno));
        Assert.Equal((12, 20), (page.LastSeqno, page.SnapshotEnd));
        Assert.Equal(0, store.Reads);
    }

    [Fact]
    public async Task ReadAsync_BelowTheTail_ReadsTheStoreAndHandsOver()
    {
        var (feed, store) = Create(tailBytes: 2_000);
        await WriteAsync(store, 1, 50);

        var seen = await ReadAllAsync(feed, 0);

        Assert.Equal(Enumerable.Range(1, 50).Select(s => (long)s), seen);
        Assert.InRange(store.Reads, 1, 7);
    }

    [Fact]
    public async Task ReadAsync_SupersededInTheTail_ShowsTheNewestOnly()
    {
        var (feed, store) = Create(tailBytes: 1_000_000);
        await WriteAsync(store, 1, 3);
        await WriteAsync(store, 2, 2);

        Assert.Equal([1L, 3L, 4L], await ReadAllAsync(feed, 0));
        Assert.Equal(0, store.Reads);
    }

    [Fact]
    public async Task ReadAsync_OneLargeChange_GoesAlone()
    {
        var (feed, store) = Create(tailBytes: 1_000_000);
        await WriteAsync(store, 1, 3);

        var page = await feed.ReadAsync(0, 0, new ReadLimits(10, 1), Cancellation);

        Assert.Equal(1L, Assert.Single(page.Changes).Seqno);
        Assert.Equal(1, page.LastSeqno);
    }

    [Fact]
    public async Task WaitAsync_OtherCollection_SleepsOn()
    {
        var (feed, store) = Create(tailBytes: 1_000_000);
        using var orders = feed.Listen("Orders");
        var waiting = orders.WaitAsync(Cancellation).AsTask();

        await WriteAsync(store, 1, 5, "Companies");
        Assert.False(waiting.IsCompleted);

        await WriteAsync(store, 6, 6, "Orders");
        await waiting.Within();
    }

    [Fact]
    public async Task WaitAsync_CommittedBeforeTheWait_ReturnsAtOnce()
    {
        var (feed, store) = Create(tailBytes: 1_000_000);
        using var all = feed.Listen(null);

        await WriteAsync(store, 1, 1);

        await all.WaitAsync(Cancellation).AsTask().Within();
        Assert.False(all.WaitAsync(Cancellation).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Reader_QuietCollection_SkipsWhatABusyOneWrote()
    {
        var (feed, store) = Create(tailBytes: 1);
        await WriteAsync(store, 1, 1, "Orders");
        using var reader = new FeedReader(feed, ResumeToken.Beginning, "Orders", canMissDeletes: false);
        var first = (await reader.ReadAsync(Few, Cancellation))!.Value;
        reader.Advance(first, first.Page.LastSeqno);
        await WriteAsync(store, 2, 400, "Companies");
        await WriteAsync(store, 401, 401, "Orders");
        var before = store.Reads;

        var next = (await reader.ReadAsync(Few, Cancellation))!.Value;

        Assert.Equal("d401", Assert.Single(next.Page.Changes).Id);
        Assert.Equal(1, store.Reads - before);
    }

    [Fact]
    public async Task Reader_OnlyOthersWrote_MovesToTheEndWithoutReading()
    {
        var (feed, store) = Create(tailBytes: 1);
        using var reader = new FeedReader(feed, ResumeToken.Now(feed.Partitions), "Orders", canMissDeletes: false);
        await WriteAsync(store, 1, 100, "Companies");

        Assert.Null(await reader.ReadAsync(Few, Cancellation));

        Assert.Equal(0, store.Reads);
        Assert.Equal(100, reader.Token[0].Seqno);
        Assert.Equal(0, reader.Lag);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Reader_RandomWritesOfCollections_SeesEveryNewestVersionInOrder(int partitions)
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + 60; seed++)
        {
            try
            {
                await PlayAsync(new Random(seed), partitions);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A reader of one collection follows a writer step by step; at the end it must have every document's newest version.
    private static async Task PlayAsync(Random random, int partitions)
    {
        var feed = new ChangeFeed(random.Next(2) == 0 ? 1 : 3_000);
        var store = new FakeDocumentStore("test", partitions, feed);
        feed.Attach(store);
        string[] collections = ["Orders", "Companies", "Employees"];
        using var reader = new FeedReader(feed, ResumeToken.Beginning, "Orders", canMissDeletes: false);
        var seen = new Dictionary<string, long>();
        var last = new long[partitions];
        for (var step = 0; step < 80; step++)
        {
            if (random.Next(2) == 0) await WriteOneAsync(store, random.Next(40), collections[random.Next(3)]);
            else if (await reader.ReadAsync(new ReadLimits(random.Next(1, 6), long.MaxValue), Cancellation) is { } page) Take(page);
        }

        while (await reader.ReadAsync(Few, Cancellation) is { } page) Take(page);
        for (var i = 0; i < 40; i++)
        {
            var newest = await store.GetAsync(Id(i), Cancellation);
            if (newest?.Collection == "Orders") Assert.Equal(newest.Seqno, seen[newest.Id]);
        }

        void Take(FeedPage page)
        {
            foreach (var change in page.Page.Changes)
            {
                Assert.True(change.Seqno > last[change.Partition], "order");
                last[change.Partition] = change.Seqno;
                if (change.Collection == "Orders") seen[change.Id] = change.Seqno;
            }

            reader.Advance(page, page.Page.LastSeqno);
            Assert.True(reader.Token[page.Partition].IsConsistent == page.Page.IsComplete);
        }
    }

    private static (ChangeFeed Feed, FakeDocumentStore Store) Create(long tailBytes)
    {
        var feed = new ChangeFeed(tailBytes);
        var store = new FakeDocumentStore("test", 1, feed);
        feed.Attach(store);
        return (feed, store);
    }

    private static async Task<List<long>> ReadAllAsync(ChangeFeed feed, long after)
    {
        var seen = new List<long>();
        while (true)
        {
            var page = await feed.ReadAsync(0, after, Few, Cancellation);
            seen.AddRange(page.Changes.Select(c => c.Seqno));
            if (page.IsComplete) return seen;
            after = page.LastSeqno;
        }
    }

    private static async Task WriteAsync(FakeDocumentStore store, int from, int to, string collection = "Orders")
    {
        for (var i = from; i <= to; i++) await WriteOneAsync(store, i, collection);
    }

    private static async Task WriteOneAsync(FakeDocumentStore store, int number, string collection) => Assert.IsType<WriteResult.Committed>(
        await store.WriteAsync(
            [new DocumentWrite { Kind = WriteKind.Put, Id = Id(number), Collection = collection, Content = Encoding.UTF8.GetBytes("{}") }],
            Cancellation));

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"d{number}");
}
