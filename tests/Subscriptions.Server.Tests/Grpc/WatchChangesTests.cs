using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Changes as they come.</summary>
public sealed class WatchChangesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Continuous_BacklogAndNewChanges_GivesEachOnceAndTellsWhenItHasAll()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var feed = server.Watch();

        Assert.Equal("+a+b|", await feed.ToCaughtUpAsync());
        await server.PutAsync("c");
        Assert.Equal("+c|", await feed.ToCaughtUpAsync());
        await server.WriteAsync(new WriteOperation { Id = "a", Delete = new DeleteAction() });
        Assert.Equal("-a|", await feed.ToCaughtUpAsync());
        Assert.Equal(feed.Rows[^1].ResumeToken, feed.Place);
    }

    [Fact]
    public async Task Feed_ResumedAtAnyRow_MissesAndRepeatsNothing()
    {
        await using var server = await StartAsync(partitions: 3);
        await server.PutAsync([.. Enumerable.Range(0, 20).Select(i => $"d{i}")]);
        using var all = server.Watch();
        await all.ToCaughtUpAsync();

        for (var i = 0; i < all.Rows.Count; i++)
        {
            using var rest = server.Watch(new WatchChangesRequest { Since = all.Rows[i].ResumeToken });
            await rest.ToCaughtUpAsync();
            Assert.Equal(all.Rows.Skip(i + 1).Select(r => r.Id).Order(), rest.Rows.Select(r => r.Id).Order());
        }
    }

    [Fact]
    public async Task LongPoll_Backlog_GivesItAndEnds()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b");
        using var feed = server.Watch(new WatchChangesRequest { Mode = WatchMode.LongPoll });

        var (text, end) = await feed.ToEndAsync();

        Assert.Equal(("+a+b", FeedEndReason.Complete, 0L), (text, end.Reason, end.Pending));
        Assert.Equal(feed.Rows[^1].ResumeToken, end.ResumeToken);
    }

    [Fact]
    public async Task LongPoll_NothingYet_WaitsForTheFirst()
    {
        await using var server = await StartAsync();
        using var feed = server.Watch(new WatchChangesRequest { Mode = WatchMode.LongPoll });
        Assert.Equal("|", await feed.ToCaughtUpAsync());

        await server.PutAsync("a");

        Assert.Equal("+a", (await feed.ToEndAsync()).Text);
    }

    [Fact]
    public async Task Limit_EndsTheFeedAndTellsWhatIsLeft()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c");
        using var feed = server.Watch(new WatchChangesRequest { Limit = 2 });

        var (text, end) = await feed.ToEndAsync();

        Assert.Equal(("+a+b", FeedEndReason.Limit, 1L), (text, end.Reason, end.Pending));
    }

    [Fact]
    public async Task Until_EndsTheFeedThere()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var feed = server.Watch(new WatchChangesRequest { Until = "2" });
        Assert.Equal("+a|", await feed.ToCaughtUpAsync());

        await server.PutAsync("b", "c");
        var (text, end) = await feed.ToEndAsync();

        Assert.Equal(("+b", FeedEndReason.Complete, 1L), (text, end.Reason, end.Pending));
    }

    [Fact]
    public async Task Descending_EndsAtTheOldest()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a", "b", "c");
        using var feed = server.Watch(new WatchChangesRequest { Descending = true });

        var (text, end) = await feed.ToEndAsync();

        Assert.Equal(("+c+b+a", FeedEndReason.Complete), (text, end.Reason));
    }

    [Fact]
    public async Task Heartbeat_NothingMatches_TellsAPlaceBehindWhatWasLookedAt()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(clock: clock);
        using var feed = server.Watch(new WatchChangesRequest
        {
            Filter = new ChangeFilter { Query = new QueryFilter { Query = "from Orders where Total > 5" } },
            Heartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
        });
        await feed.ToCaughtUpAsync();
        await server.PutAsync("a", "b");

        var place = "0";
        while (place == "0") place = (await clock.AdvanceUntilAsync(feed.ToCheckpointAsync())).ResumeToken;

        using var rest = server.Watch(new WatchChangesRequest { Since = place });
        Assert.Equal("|", await rest.ToCaughtUpAsync());
        Assert.StartsWith("2-", place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdleTimeout_NoRowComes_EndsInSpiteOfHeartbeats()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(clock: clock);
        using var feed = server.Watch(new WatchChangesRequest
        {
            Heartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
            IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
        });
        await feed.ToCaughtUpAsync();

        var (_, end) = await clock.AdvanceUntilAsync(feed.ToEndAsync());

        Assert.Equal(FeedEndReason.Timeout, end.Reason);
        Assert.InRange(feed.Checkpoints, 2, 12);
    }

    [Fact]
    public async Task Rewound_PlaceBeyondTheLog_IsToldFirst()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var feed = server.Watch(new WatchChangesRequest { Since = "9" });

        Assert.Equal("<|", await feed.ToCaughtUpAsync());
        Assert.StartsWith("1-", feed.Rewound!.ResumeToken, StringComparison.Ordinal);
        Assert.Contains("partition 0 from 9 to 1", feed.Rewound.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_LargeDocuments_StayUnderAMebibyte()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 12; i++) await server.WriteAsync(new WriteOperation { Id = $"d{i}", Put = new PutAction { Content = Requests.ContentOf(i == 7 ? 2_000_000 : 200_000) } });
        using var feed = server.Watch(new WatchChangesRequest { IncludeDocs = true, Mode = WatchMode.LongPoll });

        await feed.ToEndAsync();

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"d{i}"), feed.Rows.Select(r => r.Id));
        Assert.Single(feed.MessageSizes, size => size > 1024 * 1024);
    }

    [Fact]
    public async Task Stop_FollowedFeed_EndsWithItsPlaceAndTheReason()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        using var feed = server.Watch();
        await feed.ToCaughtUpAsync();

        var stopping = server.StopAsync();
        var (error, end) = await feed.ToErrorAsync();
        await stopping;

        Assert.Equal((FeedEndReason.ShuttingDown, feed.Rows[^1].ResumeToken), (end!.Reason, end.ResumeToken));
        RpcAssert.Is(StatusCode.Unavailable, "SHUTTING_DOWN", error);
    }

    [Fact]
    public async Task Drop_FollowedFeed_EndsWithTheReason()
    {
        await using var server = await StartAsync();
        using var feed = server.Watch();
        await feed.ToCaughtUpAsync();

        await server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled);
        var (error, end) = await feed.ToErrorAsync();

        Assert.Equal(FeedEndReason.DatabaseDropped, end!.Reason);
        Assert.Equal("shop", RpcAssert.Is(StatusCode.Aborted, "DATABASE_DROPPED", error)["database"]);
    }

    [Fact]
    public async Task Client_Leaves_GivesItsPlaceBack()
    {
        await using var server = await StartAsync(maxListeners: 1);
        var first = server.Watch();
        await first.ToCaughtUpAsync();
        using (var second = server.Watch())
        {
            var (error, _) = await second.ToErrorAsync();
            Assert.Equal("Limits:FeedListeners", RpcAssert.Is(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", error)["setting"]);
        }

        first.Dispose();

        await TakePlaceAsync(server).Within();
    }

    [Theory]
    [InlineData(3, 0, 0, 0, "mode")]
    [InlineData(0, -1, 0, 0, "limit")]
    [InlineData(0, 0, 50, 0, "heartbeat")]
    [InlineData(0, 0, 3_600_001, 0, "heartbeat")]
    [InlineData(0, 0, 0, 99, "idle_timeout")]
    [InlineData(0, 0, 0, 86_400_001, "idle_timeout")]
    public async Task Request_OutsideItsLimits_IsRefusedByName(int mode, long limit, int heartbeatMs, int idleMs, string field)
    {
        await using var server = await StartAsync();
        using var feed = server.Watch(new WatchChangesRequest
        {
            Mode = (WatchMode)mode,
            Limit = limit,
            Heartbeat = heartbeatMs == 0 ? null : Duration.FromTimeSpan(TimeSpan.FromMilliseconds(heartbeatMs)),
            IdleTimeout = idleMs == 0 ? null : Duration.FromTimeSpan(TimeSpan.FromMilliseconds(idleMs)),
        });

        var (error, _) = await feed.ToErrorAsync();

        Assert.Equal(field, RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", error)["field"]);
    }

    // The server learns a moment later that somebody has left.
    private static async Task TakePlaceAsync(ServerFixture server)
    {
        while (true)
        {
            using var feed = server.Watch();
            try
            {
                await feed.ToCaughtUpAsync();
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
            }
        }
    }

    private static async Task<ServerFixture> StartAsync(int partitions = 1, int maxListeners = 100, TimeProvider? clock = null)
    {
        var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { FeedListeners = maxListeners } }, clock);
        await server.CreateDatabaseAsync(partitions: partitions);
        return server;
    }
}
