using System.Net;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

public sealed class ChangesLiveTests
{
    [Fact]
    public async Task Continuous_Changes_ComeALineEach()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        using var feed = await shop.FollowAsync("?feed=continuous");

        Assert.Equal("{\"seq\":\"1-*\",\"id\":\"a\",\"changes\":[{\"rev\":\"1-*\"}]}", await feed.LineAsync());
        await shop.PutAsync("b");
        Assert.Equal("{\"seq\":\"2-*\",\"id\":\"b\",\"changes\":[{\"rev\":\"1-*\"}]}", await feed.LineAsync());
        await shop.DeleteAsync("a");
        Assert.Equal("{\"seq\":\"3-*\",\"id\":\"a\",\"changes\":[{\"rev\":\"2-*\"}],\"deleted\":true}", await feed.LineAsync());
        Assert.Equal("application/json", feed.Response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Continuous_NoBacklog_SendsALineAtOnce()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var feed = await shop.FollowAsync("?feed=live&since=now");

        Assert.Equal("", await feed.LineAsync());
    }

    [Fact]
    public async Task Continuous_Limit_EndsWithLastSeq()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var feed = await shop.FollowAsync("?feed=continuous&limit=1");
        await feed.LineAsync();
        await shop.PutAsync("a");

        Assert.StartsWith("{\"seq\":\"1-*\"", await feed.LineAsync(), StringComparison.Ordinal);
        Assert.Equal("{\"last_seq\":\"1-*\",\"pending\":0}", await feed.LineAsync());
        Assert.Null(await feed.LineAsync());
    }

    [Fact]
    public async Task Silence_HeartbeatOrTimeout_IsKeptByTheClock()
    {
        var time = new FakeTimeProvider();
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(time: time));
        await shop.PutAsync("a");
        using var beating = await shop.FollowAsync("?feed=continuous&since=now&heartbeat=1000");
        using var telling = await shop.FollowAsync("?feed=continuous&since=now&heartbeat=1000&heartbeat_seq=true");
        using var events = await shop.FollowAsync("?feed=eventsource&since=now&heartbeat=1000");
        using var ending = await shop.FollowAsync("?feed=continuous&since=now&timeout=1000");
        foreach (var feed in new[] { beating, telling, ending }) Assert.Equal("", await feed.LineAsync());

        time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal("", await beating.LineAsync());
        Assert.Equal("{\"heartbeat_seq\":\"1-*\"}", await telling.LineAsync());
        Assert.Equal("event: heartbeat", await events.LineAsync());
        Assert.Equal("data: ", await events.LineAsync());
        Assert.Equal("id: \"1-*\"", await events.LineAsync());
        Assert.Equal("{\"last_seq\":\"1-*\",\"pending\":0}", await ending.LineAsync());
        Assert.Null(await ending.LineAsync());
    }

    [Fact]
    public async Task LongPoll_SendsItsHeadAtOnceAndTheRestWithTheFirstChange()
    {
        await using var shop = await ChangesClient.StartAsync();
        using var feed = await shop.FollowAsync("?feed=longpoll&since=now");
        Assert.Equal("{\"results\":[", await feed.LineAsync());

        await shop.PutAsync("a");

        Assert.Equal("{\"seq\":\"1-*\",\"id\":\"a\",\"changes\":[{\"rev\":\"1-*\"}]}", await feed.LineAsync());
        Assert.Equal("],", await feed.LineAsync());
        Assert.Equal("\"last_seq\":\"1-*\",\"pending\":0}", await feed.LineAsync());
        Assert.Null(await feed.LineAsync());
    }

    [Fact]
    public async Task EventSource_Reconnecting_GoesOnAfterItsLastEvent()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        await shop.PutAsync("b");
        string? id;
        using (var first = await shop.FollowAsync("?feed=eventsource"))
        {
            Assert.Equal("text/event-stream", first.Response.Content.Headers.ContentType!.ToString());
            Assert.StartsWith("data: {\"seq\":\"1-*\",\"id\":\"a\"", await first.LineAsync(), StringComparison.Ordinal);
            id = (await first.RawLineAsync())!["id: ".Length..];
            Assert.Equal("", await first.LineAsync());
        }

        using var second = await shop.FollowAsync("?feed=eventsource&since=0", "Last-Event-ID", id);

        Assert.StartsWith("data: {\"seq\":\"2-*\",\"id\":\"b\"", await second.LineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("continuous", "")]
    [InlineData("continuous", "&include_docs=true")]
    [InlineData("eventsource", "")]
    public async Task ManyListeners_InSeveralForms_GetEachItsRows(string form, string more)
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        using var alone = await shop.FollowAsync($"?feed={form}&since=0{more}");
        var expected = new List<string?>();
        var feeds = new List<ChangesReader>();
        for (var i = 0; i < 12; i++) feeds.Add(await shop.FollowAsync($"?feed={form}&since=1{more}"));
        using var other = await shop.FollowAsync("?feed=continuous&since=1&filter=_design");
        using var late = await shop.FollowAsync($"?feed={form}&since=0{more}");
        var first = form == "continuous" ? 1 : 3;
        for (var i = 0; i < first; i++) Assert.Equal(await alone.LineAsync(), await late.LineAsync());

        await shop.PutAsync("b", """{"Total":1}""");
        await shop.DeleteAsync("a");

        for (var i = 0; i < first * 2; i++) expected.Add(await alone.LineAsync());
        foreach (var feed in feeds.Append(late))
        {
            var lines = new List<string?>();
            while (lines.Count < expected.Count)
            {
                var line = await feed.LineAsync();
                if (line?.Length > 0 || lines.Count > 0) lines.Add(line);
            }

            Assert.Equal(expected, lines);
            feed.Dispose();
        }

        Assert.Equal("", await other.LineAsync());
    }

    [Fact]
    public async Task ClientThatLeaves_GivesItsPlaceBack()
    {
        await using var shop = await ChangesClient.StartAsync();
        var feeds = (FeedServices)shop.Couch.Fixture.Server.Services.GetService(typeof(FeedServices))!;
        var feed = await shop.FollowAsync("?feed=continuous");
        await feed.LineAsync();
        Assert.Equal(1, feeds.Listeners);

        feed.Dispose();

        await Eventually.IsAsync(() => feeds.Listeners == 0);
    }

    [Fact]
    public async Task Drop_EndsFeedsInGoodOrder()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        using var feed = await shop.FollowAsync("?feed=continuous&since=now");
        await feed.LineAsync();

        await shop.Couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop");

        Assert.Equal("{\"last_seq\":\"1-*\",\"pending\":0}", await feed.LineAsync());
        Assert.Null(await feed.LineAsync());
    }

    [Fact]
    public async Task HistoryChange_EndsFeedsInGoodOrderAndSendsThemBack()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        using var feed = await shop.FollowAsync("?feed=continuous&since=now");
        await feed.LineAsync();

        await shop.Couch.Fixture.ReplaceByItsBackupAsync();

        Assert.Equal("{\"last_seq\":\"1-*\",\"pending\":0}", await feed.LineAsync());
        Assert.Null(await feed.LineAsync());
        await shop.PutAsync("b");
        using var again = await shop.FollowAsync("?feed=continuous&since=1");
        Assert.Equal("{\"seq\":\"2-*\",\"id\":\"b\",\"changes\":[{\"rev\":\"1-*\"}]}", await again.LineAsync());
    }

    [Fact]
    public async Task Stop_EndsFeedsInGoodOrder()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        using var feed = await shop.FollowAsync("?feed=continuous&since=now");
        await feed.LineAsync();

        var stopping = shop.Couch.Fixture.DisposeAsync().AsTask();

        Assert.Equal("{\"last_seq\":\"1-*\",\"pending\":0}", await feed.LineAsync());
        await stopping.Within();
    }
}
