using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Feeds;

public sealed class FeedSessionTests
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
    public async Task LongPoll_Backlog_AnswersAtOnceWithAllOfIt()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b");

        var (sink, running) = shop.Run(LongPoll);
        var end = await running.Within();

        Assert.Equal("+a+b", sink.Drain());
        Assert.Equal(FeedEndReason.Complete, end.Reason);
    }

    [Fact]
    public async Task LongPoll_NothingYet_WaitsForAChangeThatMatches()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(LongPoll, "from @all_docs where Total > 1");
        Assert.Equal("|", await sink.ToPauseAsync());

        await shop.PutInAsync("Orders", """{"Total":1}""", "small");
        await shop.PutInAsync("Orders", """{"Total":2}""", "large");
        var end = await running.Within();

        Assert.Equal("+large", sink.Drain());
        Assert.Equal(2, end.Token[0].Seqno);
    }

    [Fact]
    public async Task LongPoll_Silence_EndsAtItsTimeout()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(LongPoll with { Timeout = TimeSpan.FromSeconds(5) });
        await sink.ToPauseAsync();

        shop.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(running.IsCompleted);
        shop.Time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(FeedEndReason.Timeout, (await running.Within()).Reason);
    }

    [Fact]
    public async Task Continuous_Changes_GivesEachAsItComes()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, _) = shop.Run(Continuous with { Since = shop.Now() });
        Assert.Equal("|", await sink.ToPauseAsync());

        await shop.PutAsync("a");
        Assert.Equal("+a|", await sink.ToPauseAsync());
        await shop.DeleteAsync("a");
        Assert.Equal("-a|", await sink.ToPauseAsync());
    }

    [Fact]
    public async Task Continuous_Heartbeat_TellsThePositionBehindFilteredChangesAndNeverEnds()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(Continuous with { Heartbeat = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(2) }, "from Orders where Total > 1");
        await sink.ToPauseAsync();
        await shop.PutAsync("a");

        for (var i = 0; i < 10; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(1.5));
            Assert.Equal(".", await sink.NextAsync());
            await sink.ToPauseAsync();
        }

        Assert.Equal(1, sink.Heartbeat![0].Seqno);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task Continuous_IdleTimeout_EndsInSpiteOfHeartbeats()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(Continuous with { Heartbeat = TimeSpan.FromSeconds(2), IdleTimeout = TimeSpan.FromSeconds(5) });
        await sink.ToPauseAsync();
        for (var i = 0; i < 2; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(2.25));
            Assert.Equal(".", await sink.NextAsync());
            await sink.ToPauseAsync();
        }

        shop.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(FeedEndReason.Timeout, (await running.Within()).Reason);
        Assert.Equal(2, shop.Services.Heartbeats);
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
    public async Task Continuous_RowsGoOn_RestartsTheTimeout()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(Continuous with { Timeout = TimeSpan.FromSeconds(5) });
        await sink.ToPauseAsync();
        for (var i = 0; i < 3; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(4));
            await shop.PutAsync($"d{i}");
            Assert.Equal($"+d{i}|", await sink.ToPauseAsync());
        }

        Assert.False(running.IsCompleted);
        shop.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(FeedEndReason.Timeout, (await running.Within()).Reason);
    }

    [Fact]
    public async Task Continuous_Until_EndsThere()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a", "b");
        var until = shop.Now();
        await shop.PutAsync("c");

        var (sink, running) = shop.Run(Continuous with { Until = until });

        Assert.Equal(FeedEndReason.Complete, (await running.Within()).Reason);
        Assert.Equal("+a+b", sink.Drain());
    }

    [Fact]
    public async Task Continuous_UntilIsAhead_WaitsForIt()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a");
        var now = shop.Now()[0];
        var (sink, running) = shop.Run(Continuous with { Until = new ResumeToken([now with { Seqno = 2, SnapshotStart = 2, SnapshotEnd = 2 }]) });
        await sink.ToPauseAsync();

        await shop.PutAsync("b", "c");

        Assert.Equal(FeedEndReason.Complete, (await running.Within()).Reason);
        Assert.Equal("+b", sink.Drain());
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

    [Fact]
    public async Task Stopping_EndsFeedsWhereTheyAre()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a");
        var (sink, running) = shop.Run(Continuous);
        await sink.ToPauseAsync();

        shop.Stop();
        var end = await running.Within();

        Assert.Equal(FeedEndReason.ShuttingDown, end.Reason);
        Assert.Equal(shop.Now(), end.Token);
    }

    [Fact]
    public async Task Drop_EndsFeedsOfTheDatabase()
    {
        await using var shop = await FeedFixture.StartAsync();
        var (sink, running) = shop.Run(Continuous);
        await sink.ToPauseAsync();

        await shop.Catalog.DropAsync("shop", TestContext.Current.CancellationToken);

        Assert.Equal(FeedEndReason.DatabaseDropped, (await running.Within()).Reason);
    }

    [Fact]
    public async Task Listeners_AboveTheLimit_AreRefusedAndPlacesComeBack()
    {
        await using var shop = await FeedFixture.StartAsync(maxListeners: 1);
        var first = shop.Feed(Continuous);

        var refusal = Assert.Throws<EngineException>(() => shop.Feed(LongPoll));
        Assert.Equal(ErrorCode.LimitExceeded, refusal.Code);
        Assert.Contains("Limits:FeedListeners", refusal.Message, StringComparison.Ordinal);
        shop.Feed(FromStart).Dispose();

        first.Dispose();
        shop.Feed(LongPoll).Dispose();
        Assert.Equal(0, shop.Services.Listeners);
    }

    [Fact]
    public async Task Sink_ThatDoesNotTakeRows_IsNotReadFor()
    {
        await using var shop = await FeedFixture.StartAsync(tailBytes: 500_000);
        await shop.PutAsync(Enumerable.Range(0, 2000).Select(i => $"d{i}"));
        var held = new TaskCompletionSource();
        var sink = new FakeSink { Hold = held.Task };
        var reads = shop.Shop.Feed.Figures.TailReads + shop.Shop.Feed.Figures.StoreReads;

        var (_, running) = shop.Run(Continuous, sink: sink);
        await sink.NextAsync();
        Assert.Equal(reads + 1, shop.Shop.Feed.Figures.TailReads + shop.Shop.Feed.Figures.StoreReads);

        held.SetResult();
        await sink.ToPauseAsync();
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task Many_Listeners_AllHearOfAChange()
    {
        await using var shop = await FeedFixture.StartAsync(maxListeners: 300);
        var feeds = Enumerable.Range(0, 300).Select(_ => shop.Run(LongPoll)).ToArray();
        foreach (var (sink, _) in feeds) await sink.ToPauseAsync();

        await shop.PutAsync("a");

        foreach (var (sink, running) in feeds)
        {
            await running.Within();
            Assert.Equal("+a", sink.Drain());
        }
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
    public async Task Ids_Looked_UpInPages_ResumesAfterEachRow()
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

    [Fact]
    public async Task Ids_Few_CostNoScan()
    {
        await using var shop = await FeedFixture.StartAsync(tailBytes: 1_000);
        await shop.PutAsync(Enumerable.Range(0, 3000).Select(i => $"d{i}"));
        var reads = shop.Shop.Feed.Figures.StoreReads;

        var sink = new FakeSink();
        using var feed = shop.Feed(FromStart, new IdView(new HashSet<string> { "d5", "d2999" }));
        await feed.RunAsync(sink, TestContext.Current.CancellationToken);

        Assert.Equal("+d5+d2999", sink.Drain());
        Assert.Equal(reads, shop.Shop.Feed.Figures.StoreReads);
    }
}
