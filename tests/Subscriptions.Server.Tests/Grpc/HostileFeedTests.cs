using Grpc.Core;
using Grpc.Net.Client;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Requests for feeds over gRPC that nobody in his right mind would send, and callers who do not read.</summary>
public sealed class HostileFeedTests
{
    private const int MiB = 1024 * 1024;
    private const int MostIds = 100_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("garbage")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("5-AAAA")]
    [InlineData("5-\u00FF")]
    [InlineData("\"")]
    public async Task Place_ThatIsNone_IsRefusedBeforeAnything(string place)
    {
        await using var server = await StartAsync();

        foreach (var field in (string[])["since", "until"])
        {
            var request = field == "since" ? new GetChangesRequest { Since = place } : new GetChangesRequest { Until = place };
            var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.GetChangesAsync(request));
            using var feed = server.Watch(new WatchChangesRequest { Since = request.Since, Until = request.Until });

            Assert.Equal(metadata, RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", (await feed.ToErrorAsync()).Error));
            Assert.Equal(field, metadata["field"]);
            Assert.Empty(feed.MessageSizes);
        }
    }

    [Fact]
    public async Task Place_TooLongToBeOne_IsRefused()
    {
        await using var server = await StartAsync();

        await RpcAssert.FailsAsync(
            StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => server.GetChangesAsync(new GetChangesRequest { Since = "1-" + new string('A', 3 * MiB) }));
    }

    [Fact]
    public async Task Place_OfAnotherDatabaseOrTheFuture_IsMovedBackAndSaysSo()
    {
        await using var server = await StartAsync();
        await server.PutAsync("a");
        await server.CreateDatabaseAsync("other");
        var own = server.Server.Engine.Databases.Get("shop").Feed.Partitions[0].FailoverLog.Current;
        var foreign = server.Server.Engine.Databases.Get("other").Feed.Partitions[0].FailoverLog.Current;

        foreach (var (branch, text, reason) in ((BranchId, string, string)[])[(foreign, "<+a", "partition 0 from 9 to 0"), (own, "<", "partition 0 from 9 to 1")])
        {
            var place = new ResumeToken([new Position(0, branch, 9, 9, 9, 0)]).ToString();
            var page = await server.GetChangesAsync(new GetChangesRequest { Since = place });
            using var feed = server.Watch(new WatchChangesRequest { Since = place });

            Assert.Equal(text + "|", await feed.ToCaughtUpAsync());
            Assert.Equal(text[1..], WatchClient.TextOf(page.Rows));
            Assert.StartsWith(reason, page.Rewound.Reason, StringComparison.Ordinal);
            Assert.Equal(page.Rewound, feed.Rewound);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(10_000)]
    public async Task Json_NestedDeeply_IsRefused(int depth)
    {
        await using var server = await StartAsync();
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        var script = new ScriptFilter { Source = "function (doc) { return true; }", Parameters = nested };

        await FailsAsync(new ChangeFilter { Selector = nested }, "INVALID_QUERY");
        await FailsAsync(new ChangeFilter { Script = script }, "INVALID_ARGUMENT");
        await FailsAsync(new ChangeFilter { Query = new QueryFilter { Query = "from Orders where a = $p", Parameters = $"{{\"p\":{nested}}}" } }, "INVALID_ARGUMENT");

        Task FailsAsync(ChangeFilter filter, string reason) =>
            RpcAssert.FailsAsync(StatusCode.InvalidArgument, reason, () => server.GetChangesAsync(new GetChangesRequest { Filter = filter }));
    }

    [Fact]
    public async Task Ids_AsManyAsAreTaken_AreFoundAmongOthers()
    {
        await using var server = await StartAsync();
        await server.PutAsync([.. Enumerable.Range(0, 1000).Select(i => $"d{i}")]);
        var filter = new ChangeFilter { Ids = new IdsFilter { Ids = { Enumerable.Range(0, MostIds).Select(i => $"d{i * 2}") } } };

        var page = await server.GetChangesAsync(new GetChangesRequest { Filter = filter });
        using var feed = server.Watch(new WatchChangesRequest { Filter = filter });

        var expected = string.Concat(Enumerable.Range(0, 500).Select(i => $"+d{i * 2}"));
        Assert.Equal(expected, WatchClient.TextOf(page.Rows));
        Assert.Equal(expected + "|", await feed.ToCaughtUpAsync());
    }

    [Fact]
    public async Task Caller_WhoNeverReads_IsNotReadForAndCutOff()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync(time);
        for (var i = 0; i < 64; i++) await server.WriteAsync(new WriteOperation { Id = $"large-{i}", Put = new PutAction { Content = Requests.ContentOf(MiB) } });
        using var channel = ServerFixture.OpenChannel(server.Server.Grpc);
        using var deaf = new ChangeService.ChangeServiceClient(channel).WatchChanges(
            new WatchChangesRequest { Database = "shop", IncludeDocs = true }, cancellationToken: Cancelled);
        await deaf.ResponseHeadersAsync.Within();
        var feeds = FeedsOf(server);

        using var neighbour = server.Watch(new WatchChangesRequest { Since = "now" });
        Assert.Equal("|", await neighbour.ToCaughtUpAsync());
        for (var i = 0; i < 20; i++)
        {
            await server.PutAsync($"small-{i}");
            Assert.Equal($"+small-{i}|", await neighbour.ToCaughtUpAsync());
        }

        // The neighbour has its twenty.
        await Eventually.IsAsync(() => feeds.Rows > 20);
        await Eventually.StandsStillAsync(() => feeds.Rows);

        // Until the clock has found it waiting: what it was given only now goes on a little.
        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return feeds.Listeners == 1;
        });
        var given = feeds.Rows - 20;
        Assert.InRange(given, 1, 30);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await deaf.ResponseStream.MoveNext(Cancelled).Within())
            {
                given--;
            }
        });
        Assert.True(given >= 0, "More came than was read for the caller.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Feeds_AThousandOpenedAndCutAtOnce_LeaveNothing(bool isCancelled)
    {
        const int Many = 1000;
        await using var server = await StartAsync();
        using var neighbour = server.Watch(new WatchChangesRequest { Limit = 2 });
        Assert.Equal("|", await neighbour.ToCaughtUpAsync());
        var feeds = FeedsOf(server);
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc);
        var client = new ChangeService.ChangeServiceClient(channel);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var calls = Enumerable.Range(0, Many).Select(i => client.WatchChanges(
            new WatchChangesRequest { Database = "shop", Mode = i % 2 == 0 ? WatchMode.LongPoll : WatchMode.Continuous }, cancellationToken: cut.Token)).ToList();
        await Eventually.IsAsync(() => feeds.Listeners == Many + 1);

        var writing = server.PutAsync("a");
        if (isCancelled) await cut.CancelAsync();
        else channel.Dispose();
        await writing;
        await server.PutAsync("b");

        Assert.Equal("+a+b", (await neighbour.ToEndAsync()).Text.Replace("|", "", StringComparison.Ordinal));
        await Eventually.IsAsync(() => feeds.Listeners == 0);
        foreach (var call in calls) call.Dispose();
    }

    private static FeedServices FeedsOf(ServerFixture server) => (FeedServices)server.Server.Services.GetService(typeof(FeedServices))!;

    private static async Task<ServerFixture> StartAsync(TimeProvider? time = null)
    {
        var server = await ServerFixture.StartAsync(time: time);
        await server.CreateDatabaseAsync();
        return server;
    }
}
