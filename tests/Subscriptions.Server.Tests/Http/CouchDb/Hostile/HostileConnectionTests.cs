using System.Net;
using System.Text;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.Server.Tests.Http.CouchDb.Changes;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Hostile;

/// <summary>Clients of feeds that keep connections, and do not do with them what they should.</summary>
public sealed class HostileConnectionTests
{
    private const int FourKiB = 4096;
    private const int MiB = 1024 * 1024;

    private static readonly TimeSpan Trickle = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HeadsAndBodies_Trickled_AreGivenUpAndKeepNobody()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var feed = await shop.FollowAsync("?feed=continuous");
        Assert.Equal("", await feed.LineAsync());
        using var head = await RawConnection.OpenAsync(shop.Couch);
        using var body = await RawConnection.OpenAsync(shop.Couch);
        var request = RawConnection.Request("POST /shop/_changes?filter=_doc_ids&feed=continuous", new byte[10_000]);

        var sending = Task.WhenAll(head.TrickleAsync(request, Trickle), SendBodyAsync());
        var (answerToHead, answerToBody) = (head.AnswerAsync(), body.AnswerAsync());
        await shop.PutAsync("a");
        Assert.StartsWith("{\"seq\":\"1-*\",\"id\":\"a\"", await feed.LineAsync(), StringComparison.Ordinal);

        Assert.Equal(408, (await answerToHead).Status);
        var late = await answerToBody;
        Assert.Equal(408, late.Status);
        Assert.Equal("{\"error\":\"bad_request\",\"reason\":\"The request's body could not be read: it is malformed, or came too slowly.\"}\n", late.Body);
        await sending.Within();
        Assert.Equal(1, FeedsOf(shop).Listeners);

        async Task SendBodyAsync()
        {
            await body.SendAsync(request[..^9000]);
            await body.TrickleAsync(request[^9000..], Trickle);
        }
    }

    [Theory]
    [InlineData("continuous")]
    [InlineData("eventsource")]
    [InlineData("longpoll")]
    [InlineData("normal")]
    public async Task Client_ThatNeverReads_IsNotReadForAndCutOff(string form)
    {
        var time = new FakeTimeProvider();
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(time: time));
        var content = $$"""{"text":"{{new string('x', MiB)}}"}""";
        for (var i = 0; i < 48; i++) await shop.PutAsync($"large-{i}", content);
        using var deaf = await RawConnection.OpenAsync(shop.Couch, receiveBuffer: 4096);
        await deaf.SendAsync($"GET /shop/_changes?feed={form}&include_docs=true&heartbeat=1000");
        var feeds = FeedsOf(shop);
        await Eventually.IsAsync(() => feeds.Rows > 0);

        // Neighbours and writers go on.
        using var neighbour = await shop.FollowAsync("?feed=continuous&since=now");
        Assert.Equal("", await neighbour.LineAsync());
        for (var i = 0; i < 20; i++)
        {
            await shop.Couch.PutAsync($"small-{i}");
            Assert.Contains($"\"id\":\"small-{i}\"", await neighbour.LineAsync(), StringComparison.Ordinal);
        }

        await Eventually.StandsStillAsync(() => feeds.Rows);

        // Until the clock has found it waiting: what it was given only now goes on a little.
        await Eventually.IsAsync(() =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return shop.Couch.Fixture.Log.Entries.Any(e => e.Text.Contains("/shop/_changes was cut off", StringComparison.Ordinal));
        });
        Assert.DoesNotContain("last_seq", await deaf.ToTheEndAsync(), StringComparison.Ordinal);
        await Eventually.IsAsync(() => feeds.Listeners == 0);

        // What it was given stood in the network's buffers, and no more of it was read: the rest of the log was never in memory for it.
        Assert.InRange(feeds.Rows - 20, 1, 30);
    }

    [Fact]
    public async Task Answer_CutOffByADrop_IsNotTakenForWhole()
    {
        await using var shop = await ChangesClient.StartAsync();
        var content = $$"""{"text":"{{new string('x', MiB)}}"}""";
        for (var i = 0; i < 32; i++) await shop.PutAsync($"large-{i}", content);
        using var late = await RawConnection.OpenAsync(shop.Couch, receiveBuffer: 4096);
        await late.SendAsync("GET /shop/_changes?include_docs=true");
        await Eventually.IsAsync(() => FeedsOf(shop).Rows > 0);

        await shop.Couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop");

        var text = await late.ToTheEndAsync();
        Assert.DoesNotContain("last_seq", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", text, StringComparison.Ordinal);
        await shop.Couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/_changes");
    }

    [Fact]
    public async Task Client_ThatReadsSlowly_GetsEverything()
    {
        var time = new FakeTimeProvider();
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(time: time));
        var content = $$"""{"text":"{{new string('x', MiB)}}"}""";
        for (var i = 0; i < 24; i++) await shop.PutAsync($"large-{i}", content);
        using var slow = await RawConnection.OpenAsync(shop.Couch, receiveBuffer: 4096);
        await slow.SendAsync("GET /shop/_changes?feed=continuous&include_docs=true&limit=24");
        await slow.HeadAsync();

        var text = new StringBuilder();
        while (await slow.ChunkAsync() is { Length: > 0 } chunk)
        {
            text.Append(chunk);
            time.Advance(TimeSpan.FromSeconds((double)chunk.Length / FourKiB));
        }

        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(25, lines.Length);
        Assert.StartsWith("{\"last_seq\":\"24-", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_HalfClosed_EndsItsFeedAndNoOthers()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var neighbour = await shop.FollowAsync("?feed=continuous");
        Assert.Equal("", await neighbour.LineAsync());
        using var live = await RawConnection.OpenAsync(shop.Couch);
        using var inBody = await RawConnection.OpenAsync(shop.Couch);
        await live.SendAsync("GET /shop/_changes?feed=continuous");
        await live.HeadAsync();
        Assert.Equal(2, FeedsOf(shop).Listeners);
        var request = RawConnection.Request("POST /shop/_changes", "{\"doc_ids\":[]}"u8.ToArray());
        await inBody.SendAsync(request[..^5]);

        live.HalfClose();
        inBody.HalfClose();

        await live.ToTheEndAsync();
        await inBody.ToTheEndAsync();
        await Eventually.IsAsync(() => FeedsOf(shop).Listeners == 1);
        await shop.PutAsync("a");
        Assert.StartsWith("{\"seq\":\"1-*\",\"id\":\"a\"", await neighbour.LineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Feeds_AThousandOpenedAndCutAtOnce_LeaveNothing(bool isReset)
    {
        const int Many = 1000;
        await using var shop = await ChangesClient.StartAsync();
        using var neighbour = await shop.FollowAsync("?feed=continuous");
        Assert.Equal("", await neighbour.LineAsync());
        var feeds = FeedsOf(shop);
        var forms = new[] { "continuous", "longpoll", "eventsource", "continuous&include_docs=true&heartbeat=1000" };
        var connections = await Task.WhenAll(Enumerable.Range(0, Many).Select(async i =>
        {
            var connection = await RawConnection.OpenAsync(shop.Couch);
            await connection.SendAsync($"GET /shop/_changes?feed={forms[i % forms.Length]}");
            return connection;
        }));
        await Eventually.IsAsync(() => feeds.Listeners == Many + 1);

        var writing = shop.PutAsync("a");
        Parallel.ForEach(connections, connection =>
        {
            if (isReset) connection.Reset();
            else connection.Dispose();
        });
        await writing.Within();
        await shop.PutAsync("b");

        Assert.Contains("\"id\":\"a\"", await neighbour.LineAsync(), StringComparison.Ordinal);
        Assert.Contains("\"id\":\"b\"", await neighbour.LineAsync(), StringComparison.Ordinal);
        await Eventually.IsAsync(() => feeds.Listeners == 1);
    }

    [Fact]
    public async Task Request_PipelinedBehindAFeed_IsAnsweredWhenTheFeedIsOver()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var connection = await RawConnection.OpenAsync(shop.Couch);

        await connection.SendAsync([
            .. RawConnection.Request("GET /shop/_changes?feed=continuous&limit=1"),
            .. RawConnection.Request("PUT /shop/behind", "{}"u8.ToArray()),
            .. RawConnection.Request("GET /shop/_changes?feed=longpoll&since=1"),
            .. RawConnection.Request("GET /shop/behind"),
        ]);
        await Eventually.IsAsync(() => FeedsOf(shop).Listeners == 1);
        await shop.Couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/behind");
        await shop.PutAsync("a");

        Assert.Contains("\"last_seq\":\"1-", (await connection.AnswerAsync()).Body, StringComparison.Ordinal);
        Assert.Equal(201, (await connection.AnswerAsync()).Status);
        Assert.Contains("\"id\":\"behind\"", (await connection.AnswerAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("{\"_id\":\"behind\"", (await connection.AnswerAsync()).Body, StringComparison.Ordinal);
    }

    private static FeedServices FeedsOf(ChangesClient shop) => (FeedServices)shop.Couch.Fixture.Server.Services.GetService(typeof(FeedServices))!;
}
