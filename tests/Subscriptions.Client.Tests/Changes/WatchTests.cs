using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;
using Reason = Subscriptions.V1.FeedEndReason;

namespace Subscriptions.Client.Tests.Changes;

/// <summary>Feeds, and how they go on when connections end.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task Feed_AllThatItSays_ComesInOrder()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Since = "t0" });
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.RewoundAsync("0");
        await feed.RowsAsync("a", "b");
        await feed.RowsAsync(hasTokens: false, "c", "d");
        await feed.CaughtUpAsync("te");
        await feed.CheckpointAsync("tf");
        await feed.EndAsync(Reason.Timeout, "tg", 3);
        feed.Complete();

        Assert.Equal(("0", "partition 0"), (await follower.NextAsync<ChangeEvent.Rewound>()) is var r ? (r.ResumeToken, r.Reason) : default);
        await follower.RowsAsync("a", "b", "c", "d");
        Assert.Equal("td", (await follower.NextAsync<ChangeEvent.Checkpoint>()).ResumeToken);
        Assert.Equal("te", (await follower.NextAsync<ChangeEvent.CaughtUp>()).ResumeToken);
        Assert.Equal("tf", (await follower.NextAsync<ChangeEvent.Checkpoint>()).ResumeToken);
        Assert.Equal(new ChangeEvent.Ended(FeedEndReason.Timeout, "tg", 3), await follower.NextAsync<ChangeEvent.Ended>());
        await follower.EndsAsync();
        Assert.Equal(("shop", "t0", WatchMode.Continuous, 0L), (feed.Request.Database, feed.Request.Since, feed.Request.Mode, feed.Request.Limit));
    }

    [Theory]
    [InlineData(nameof(ScriptedFeed.Fail))]
    [InlineData(nameof(ScriptedFeed.Abort))]
    [InlineData(nameof(ScriptedFeed.CutConnection))]
    [InlineData(nameof(ScriptedFeed.Complete))]
    public async Task Connection_Lost_GoesOnFromTheLastPlace(string how)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Limit = 10 });
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.RowsAsync("a", "b");
        await follower.RowsAsync("a", "b");
        _ = follower.Move();
        End(feed, how);

        var lost = await follower.NextAsync<ChangeEvent.Disconnected>();
        _ = follower.Move();
        var second = await server.AcceptFeedAsync();
        await second.RowsAsync("c");

        Assert.True(lost.Cause.IsRetryable, lost.Cause.ToString());
        await follower.RowsAsync("c");
        Assert.Equal(("0", "tb"), (feed.Request.Since, second.Request.Since));
        Assert.Equal((10L, 8L), (feed.Request.Limit, second.Request.Limit));
    }

    [Fact]
    public async Task ShuttingDown_EndAndStatus_GoesOnFromTheEnd()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server);
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.EndAsync(Reason.ShuttingDown, "t7");
        feed.Fail(Wire.Error("SHUTTING_DOWN", StatusCode.Unavailable));

        Assert.IsType<ServerUnavailableException>((await follower.NextAsync<ChangeEvent.Disconnected>()).Cause);
        _ = follower.Move();
        Assert.Equal("t7", (await server.AcceptFeedAsync()).Request.Since);
    }

    [Fact]
    public async Task Purged_End_BeginsAgainAndSaysWhere()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Since = "t5" });
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.EndAsync(Reason.Purged, "t5");
        feed.Complete();

        var second = await server.AcceptFeedAsync();
        await second.RewoundAsync("0");
        Assert.Equal("0", (await follower.NextAsync<ChangeEvent.Rewound>()).ResumeToken);
        _ = follower.Move();
        second.Abort();
        await follower.NextAsync<ChangeEvent.Disconnected>();
        _ = follower.Move();
        Assert.Equal(("t5", "0"), (second.Request.Since, (await server.AcceptFeedAsync()).Request.Since));
    }

    [Fact]
    public async Task DatabaseDropped_IsFinal()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server);
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.EndAsync(Reason.DatabaseDropped, "t1");
        feed.Fail(Wire.Error("DATABASE_DROPPED", StatusCode.Aborted, ("database", "shop")));

        await follower.FailsAsync<DatabaseDroppedException>();
    }

    [Fact]
    public async Task Refused_IsFinal()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server);
        _ = follower.Move();
        (await server.AcceptFeedAsync()).Fail(Wire.Error("INVALID_QUERY", StatusCode.InvalidArgument));

        await follower.FailsAsync<InvalidQueryException>();
    }

    [Theory]
    [InlineData(true, null, FeedEndReason.Complete)]
    [InlineData(false, 2L, FeedEndReason.Limit)]
    public async Task LostBeforeTheEnd_AllWasGiven_IsOver(bool longPoll, long? limit, FeedEndReason reason)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { LongPoll = longPoll, Limit = limit });
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.RowsAsync("a", "b");
        await follower.RowsAsync("a", "b");
        feed.CutConnection();

        Assert.Equal(new ChangeEvent.Ended(reason, "tb", null), await follower.NextAsync<ChangeEvent.Ended>());
        await follower.EndsAsync();
    }

    [Fact]
    public async Task Descending_Lost_IsNotGoneOnWith()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Descending = true });
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.RowsAsync("b");
        await follower.RowsAsync("b");
        feed.Complete();

        await follower.FailsAsync<ServerUnavailableException>();
    }

    [Fact]
    public async Task Silence_LongerThanThreeHeartbeats_IsALostConnection()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Heartbeat = TimeSpan.FromSeconds(2) }, time);
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();
        await feed.CaughtUpAsync("t1");
        await follower.NextAsync<ChangeEvent.CaughtUp>();

        // Nobody waits: what the application takes does not count.
        time.Advance(TimeSpan.FromSeconds(60));
        var moving = follower.Move();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(moving.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Contains("00:00:06", (await follower.NextAsync<ChangeEvent.Disconnected>()).Cause.Message, StringComparison.Ordinal);
        await feed.Left.Within();
    }

    [Fact]
    public async Task ErroneousPeriod_Over_GivesUpAndTellsThePlace()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server, new WatchOptions { Since = "t3", MaxErroneousPeriod = TimeSpan.Zero });
        _ = follower.Move();
        (await server.AcceptFeedAsync()).Abort();

        var gaveUp = await follower.FailsAsync<FeedGaveUpException>();

        Assert.Equal(("t3", 1), (gaveUp.ResumeToken, gaveUp.Attempts));
        Assert.Contains("WatchOptions.MaxErroneousPeriod", gaveUp.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_EndsTheCall()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var follower = new FeedFollower(server);
        _ = follower.Move();
        var feed = await server.AcceptFeedAsync();

        follower.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower.Move().Within());
        await feed.Left.Within();
    }

    private static void End(ScriptedFeed feed, string how)
    {
        switch (how)
        {
            case nameof(ScriptedFeed.Fail): feed.Fail(Wire.Bare(StatusCode.Unavailable)); break;
            case nameof(ScriptedFeed.Abort): feed.Abort(); break;
            case nameof(ScriptedFeed.CutConnection): feed.CutConnection(); break;
            default: feed.Complete(); break;
        }
    }
}
