using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Feeds;
using Subscriptions.Core.Queries;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Feeds;

/// <summary>Feeds that wait for what comes: what they get, how long they wait, and what ends them.</summary>
public sealed class FeedFollowingTests
{
    private static readonly FeedRequest FromStart = new() { Mode = FeedMode.Normal, Since = ResumeToken.Beginning };
    private static readonly FeedRequest LongPoll = FromStart with { Mode = FeedMode.LongPoll };
    private static readonly FeedRequest Continuous = FromStart with { Mode = FeedMode.Continuous };

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
    public async Task HistoryChange_EndsFeedsOfTheDatabaseWhereTheyAre()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync("a");
        var (sink, running) = shop.Run(Continuous);
        await sink.ToPauseAsync();
        var place = shop.Now();

        await shop.Catalog.WhileClosedAsync(DatabaseName.Parse("shop"), () => Task.FromResult(0));

        var end = await running.Within();
        Assert.Equal((FeedEndReason.HistoryChanged, place), (end.Reason, end.Token));
        Assert.Null(shop.Shop.Feed.ClosedBecause);
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

    // Those who came first are woken first.
    [Fact]
    public async Task Many_WhatIsDoneAfterAFeed_HoldsUpNobody()
    {
        await using var shop = await FeedFixture.StartAsync(maxListeners: 40);
        using var othersHaveIt = new ManualResetEventSlim();
        var feeds = Enumerable.Range(0, 40).Select(_ => shop.Run(LongPoll)).ToArray();
        foreach (var (sink, _) in feeds) await sink.ToPauseAsync();
        var after = feeds[0].End.ContinueWith(
            _ => othersHaveIt.Wait(TimeSpan.FromMinutes(1)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await shop.PutAsync("a");
        foreach (var (_, running) in feeds[1..]) await running.Within();
        othersHaveIt.Set();

        Assert.True(await after.Within());
    }

    [Fact]
    public async Task Many_Scripts_HoldUpNobody()
    {
        await using var shop = await FeedFixture.StartAsync(maxListeners: 40);
        using var othersHaveIt = new ManualResetEventSlim();
        var script = new FakeSink();
        using var feed = shop.Feed(LongPoll, new SlowScript(othersHaveIt));
        var running = Task.Run(() => feed.RunAsync(script, TestContext.Current.CancellationToken));
        await script.ToPauseAsync();
        var others = Enumerable.Range(0, 39).Select(_ => shop.Run(LongPoll)).ToArray();
        foreach (var (sink, _) in others) await sink.ToPauseAsync();

        await shop.PutAsync("a");
        foreach (var (_, other) in others) await other.Within();
        othersHaveIt.Set();

        await running.Within();
        Assert.Equal("+a", script.Drain());
    }

    [Fact]
    public async Task Continuous_RowsHeldBackDuringALongScan_AreFollowedByHeartbeats()
    {
        await using var shop = await FeedFixture.StartAsync();
        await shop.PutAsync(Enumerable.Range(0, 3000).Select(i => $"d{i}"));
        var view = new FilterView(new SlowFilter(shop.Time, TimeSpan.FromMilliseconds(2)));
        var sink = new FakeSink { HoldsBack = true };
        using var feed = shop.Feed(Continuous with { Heartbeat = TimeSpan.FromSeconds(2), Limit = 3000 }, view);

        await feed.RunAsync(sink, TestContext.Current.CancellationToken);

        // Six seconds of looking at documents, of which every page has some that match.
        Assert.InRange(sink.Drain().Count(c => c == '.'), 1, 3);
    }

    /// <summary>Lets everything pass, and takes its time.</summary>
    private sealed class SlowFilter(FakeTimeProvider time, TimeSpan each) : IChangeFilter
    {
        public string? Collection => null;

        public bool Matches(Change change)
        {
            time.Advance(each);
            return true;
        }
    }
    /// <summary>Lets everything pass, once others have it.</summary>
    private sealed class SlowScript(ManualResetEventSlim othersHaveIt) : IChangeView
    {
        public string? Collection => null;

        public bool HasIncludes => false;

        public bool RunsScripts => true;

        public Change? Apply(Change change) => othersHaveIt.Wait(TimeSpan.FromMinutes(1)) ? change : null;

        public void CollectIncludes(Change change, ICollection<string> ids)
        {
        }
    }
}
