using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Feeds;

/// <summary>What a feed reads, where it begins, and where it ends by itself.</summary>
public sealed class FeedPagesTests
{
    private static readonly FeedRequest FromStart = new() { Mode = FeedMode.Normal, Since = ResumeToken.Beginning };
    private static readonly FeedRequest LongPoll = FromStart with { Mode = FeedMode.LongPoll };
    private static readonly FeedRequest Continuous = FromStart with { Mode = FeedMode.Continuous };

    [Fact]
    public async Task Normal_ChangedAndDeleted_GivesTheNewestOfEachAndEndsAtTheEnd()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "a", "c");
        await shop.DeleteAsync("c");

        var (sink, running) = shop.Run(FromStart);
        var end = await running.Within();

        Assert.Equal("+b+a-c", sink.Drain());
        Assert.Equal(FeedEndReason.Complete, end.Reason);
        Assert.Equal(shop.Now(), end.Token);
        Assert.Equal(0, end.Pending);
    }

    [Fact]
    public async Task Normal_ResumedAfterEachRow_MissesAndRepeatsNothing()
    {
        await using var shop = await FeedFixture.StartAsync(partitions: 3);
        await shop.PutAsync(Enumerable.Range(0, 40).Select(i => $"d{i}"));
        var (all, running) = shop.Run(FromStart);
        await running.Within();
        var rows = all.Drain().Split('+')[1..];

        for (var i = 0; i < rows.Length; i++)
        {
            var (rest, second) = shop.Run(FromStart with { Since = all.Tokens[i] });
            await second.Within();
            Assert.Equal(rows[(i + 1)..].Order(), rest.Drain().Split('+')[1..].Order());
        }
    }

    [Fact]
    public async Task Normal_Limit_EndsAfterTheLastRowWithWhatIsLeft()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "c");

        var (sink, running) = shop.Run(FromStart with { Limit = 2 });
        var end = await running.Within();

        Assert.Equal("+a+b", sink.Drain());
        Assert.Equal(FeedEndReason.Limit, end.Reason);
        Assert.Equal(1, end.Pending);
        Assert.Equal(2, end.Token[0].Seqno);
    }

    [Fact]
    public async Task Normal_LimitZero_GivesNoRowAndAllThatIsPending()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b");

        var (sink, running) = shop.Run(FromStart with { Limit = 0 });
        var end = await running.Within();

        Assert.Equal("", sink.Drain());
        Assert.Equal(2, end.Pending);
        Assert.Equal(ResumeToken.Beginning, end.Token);
    }

    [Fact]
    public async Task Normal_FilteredOut_EndsBeyondWhatDidNotMatch()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutInAsync("Orders", "{}", "a");
        await shop.PutInAsync("Lines", "{}", "b", "c");

        var (sink, running) = shop.Run(FromStart, "from Orders");
        var end = await running.Within();

        Assert.Equal("+a", sink.Drain());
        Assert.Equal(3, end.Token[0].Seqno);
    }

    [Fact]
    public async Task Sink_ThatWantsNoMore_EndsTheFeedWhereItMovedToLast()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "c");

        var (sink, running) = shop.Run(FromStart, sink: new FakeSink { MaxRows = 2 });
        var end = await running.Within();
        var (rest, second) = shop.Run(FromStart with { Since = end.Token });
        await second.Within();

        Assert.Equal(("+a+b", "+c"), (sink.Drain(), rest.Drain()));
        Assert.Equal((FeedEndReason.Limit, 1L), (end.Reason, end.Pending));
        Assert.Equal(3, shop.Services.Rows);
    }

    [Fact]
    public async Task Start_BeyondTheLog_IsMovedBackAndSaysSo()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a");
        var position = shop.Now()[0];
        var ahead = new ResumeToken([position with { Seqno = 9, SnapshotStart = 9, SnapshotEnd = 9 }]);

        using var feed = shop.Feed(FromStart with { Since = ahead });

        Assert.Equal(1, feed.Start[0].Seqno);
        Assert.Contains("partition 0 from 9 to 1", feed.Rewound, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfAnotherDatabase_BeginsAnew()
    {
        await using var shop = await FeedFixture.StartAsync();
        await using var other = await FeedFixture.StartAsync();
        await shop.PutAsync("a");
        await other.PutAsync("x");

        var (sink, running) = shop.Run(FromStart with { Since = other.Now() });
        await running.Within();

        Assert.Equal("+a", sink.Drain());
    }

    [Theory]
    [InlineData(FeedMode.Normal)]
    [InlineData(FeedMode.LongPoll)]
    [InlineData(FeedMode.Continuous)]
    public async Task Descending_AnyMode_GivesTheNewestFirstAndEnds(FeedMode mode)
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "a", "c");

        var (sink, running) = shop.Run(FromStart with { Mode = mode, Descending = true, Since = shop.Now() });
        await running.Within();

        Assert.Equal("+c+a+b", sink.Drain());
    }

    [Fact]
    public async Task Descending_ManyOfWhichFewAreLeft_GivesAllOfThem()
    {
        await using var shop = await FeedFixture.StartAsync(partitions: 2, tailBytes: 2_000);
        for (var i = 0; i < 3000; i++) await shop.PutAsync($"d{i % 7}");
        for (var i = 0; i < 900; i++) await shop.PutAsync($"e{i}");
        var (forwards, first) = shop.Run(FromStart);
        await first.Within();

        var (backwards, second) = shop.Run(FromStart with { Descending = true });
        var end = await second.Within();

        Assert.Equal(forwards.Drain().Split('+').Order(), backwards.Drain().Split('+').Order());
        Assert.Equal(0, end.Pending);
    }

    [Fact]
    public async Task Descending_Limit_EndsWhereAReaderCanGoOnForwards()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "c");

        var (_, running) = shop.Run(FromStart with { Descending = true, Limit = 2 });
        var end = await running.Within();
        var (sink, second) = shop.Run(FromStart with { Since = end.Token });
        await second.Within();

        Assert.Equal("+c", sink.Drain());
    }

    [Theory]
    [InlineData(FeedMode.Normal)]
    [InlineData(FeedMode.LongPoll)]
    public async Task Ids_OfSome_GivesTheirChangesInOrder(FeedMode mode)
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b", "c", "d");
        var after = shop.Now();
        await shop.PutAsync("c", "a", "x");
        await shop.DeleteAsync("b");
        var ids = new HashSet<string> { "b", "a", "d", "none" };

        var sink = new FakeSink();
        using var feed = shop.Feed(FromStart with { Mode = mode, Since = after }, new IdView(ids));
        var end = await feed.RunAsync(sink, TestContext.Current.CancellationToken);

        Assert.Equal("+a-b", sink.Drain().TrimEnd('|'));
        Assert.Equal(shop.Now(), end.Token);
    }

    [Fact]
    public async Task Ids_LookedUpInPages_ResumesAfterEachRow()
    {
        await using var shop = await FeedFixture.StartAsync(partitions: 3);
        await shop.PutAsync(Enumerable.Range(0, 60).Select(i => $"d{i}"));
        var view = new IdView(Enumerable.Range(0, 60).Where(i => i % 3 == 0).Select(i => $"d{i}").ToHashSet());
        var all = new FakeSink();
        using (var feed = shop.Feed(FromStart, view)) await feed.RunAsync(all, TestContext.Current.CancellationToken);
        var rows = all.Drain().Split('+')[1..];
        Assert.Equal(20, rows.Length);

        for (var i = 0; i < rows.Length; i++)
        {
            var rest = new FakeSink();
            using var feed = shop.Feed(FromStart with { Since = all.Tokens[i] }, view);
            await feed.RunAsync(rest, TestContext.Current.CancellationToken);
            Assert.Equal(rows[(i + 1)..].Order(), rest.Drain().Split('+')[1..].Order());
        }
    }

    [Theory]
    [InlineData(FeedMode.Normal, false)]
    [InlineData(FeedMode.Normal, true)]
    [InlineData(FeedMode.LongPoll, true)]
    [InlineData(FeedMode.Continuous, true)]
    public async Task Ids_FewInAFeedThatEndsWithWhatThereIs_CostNoScan(FeedMode mode, bool hasEnd)
    {
        await using var shop = await FeedFixture.StartAsync(tailBytes: 1_000);
        await shop.PutAsync(Enumerable.Range(0, 3000).Select(i => $"d{i}"));
        var reads = shop.Shop.Feed.Figures.StoreReads;

        var sink = new FakeSink();
        var request = FromStart with { Mode = mode, Until = hasEnd ? shop.Now() : null };
        using var feed = shop.Feed(request, new IdView(new HashSet<string> { "d5", "d2999" }));
        var end = await feed.RunAsync(sink, TestContext.Current.CancellationToken);

        Assert.Equal("+d5+d2999", sink.Drain());
        Assert.Equal((FeedEndReason.Complete, shop.Now(), 0L), (end.Reason, end.Token, end.Pending));
        Assert.Equal(reads, shop.Shop.Feed.Figures.StoreReads);
    }
}
