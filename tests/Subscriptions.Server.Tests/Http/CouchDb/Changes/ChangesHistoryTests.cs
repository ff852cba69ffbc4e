using System.Net;
using Google.Protobuf;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

/// <summary>Feeds over HTTP when a database is replaced by its backup under them.</summary>
public sealed class ChangesHistoryTests
{
    private const string Rewound = "partition 0 from 2 to 1 (its branch ended before that)";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_FeedsThatWait_EndInGoodOrderAndAreSentBackWhenTheyReturn()
    {
        await using var shop = await ChangesClient.StartAsync();
        var backup = await SetUpAsync(shop);
        using var lines = await shop.FollowAsync("?feed=continuous&since=now");
        using var poll = await shop.FollowAsync("?feed=longpoll&since=now");
        using var events = await shop.FollowAsync("?feed=eventsource&since=1");
        Assert.Equal("", await lines.LineAsync());
        Assert.Equal("{\"results\":[", await poll.LineAsync());
        Assert.StartsWith("data: {\"seq\":\"2-*\"", await events.LineAsync(), StringComparison.Ordinal);
        var id = (await events.RawLineAsync())!["id: ".Length..];
        Assert.Equal("", await events.LineAsync());

        await RestoreAsync(shop, backup);

        var last = await lines.RawLineAsync();
        Assert.Equal("{\"last_seq\":\"2-*\",\"pending\":0}", ChangesClient.Plain(last!));
        Assert.Null(await lines.LineAsync());
        Assert.Equal(("", "],", "\"last_seq\":\"2-*\",\"pending\":0}", null), (await poll.LineAsync(), await poll.LineAsync(), await poll.LineAsync(), await poll.LineAsync()));
        Assert.Null(await events.LineAsync());

        await shop.PutAsync("c");
        var place = last!.Split('"')[3];
        foreach (var feed in (string[])["", "&feed=longpoll", "&feed=continuous&limit=1"])
        {
            var answer = await shop.Couch.SendAsync("GET", $"/shop/_changes?since={place}{feed}");
            Assert.Equal(Rewound, answer["Subscriptions-Rewound"]);
            Assert.Contains("{\"seq\":\"2-*\",\"id\":\"c\"", ChangesClient.Plain(answer.Body), StringComparison.Ordinal);
            Assert.DoesNotContain("\"id\":\"a\"", answer.Body, StringComparison.Ordinal);
        }

        using var again = await shop.FollowAsync("?feed=eventsource", "Last-Event-ID", id);
        Assert.Equal(Rewound, again.Response.Headers.GetValues("Subscriptions-Rewound").Single());
        Assert.StartsWith("data: {\"seq\":\"2-*\",\"id\":\"c\"", await again.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_ToWhereTheDatabaseStands_HasAnotherEntityTag()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        var backup = await BackUpAsync(shop);
        var before = await shop.Couch.SendAsync("GET", "/shop/_changes");

        await RestoreAsync(shop, backup);

        var after = await shop.Couch.SendAsync("GET", "/shop/_changes", (string?)null, "If-None-Match", before["ETag"]!);
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.NotEqual(before["ETag"], after["ETag"]);
        var last = before.Body.Split("\"last_seq\":\"")[1].Split('"')[0];
        Assert.Null((await shop.Couch.SendAsync("GET", $"/shop/_changes?since={last}"))["Subscriptions-Rewound"]);
    }

    [Fact]
    public async Task Restore_WithFewerPartitions_SaysWhatOfThePlaceIsNoMore()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        var backup = await BackUpAsync(shop);
        await shop.Couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop");
        await shop.Couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop?q=8");
        for (var i = 0; i < 40; i++) await shop.PutAsync($"d{i}");
        var place = (await shop.Couch.SendAsync("GET", "/shop/_changes")).Body.Split("\"last_seq\":\"")[1].Split('"')[0];

        await RestoreAsync(shop, backup);

        var answer = await shop.Couch.SendAsync("GET", $"/shop/_changes?since={place}");
        Assert.Contains("\"id\":\"a\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("partition 7 (the database has none of that number any more)", answer["Subscriptions-Rewound"], StringComparison.Ordinal);
    }

    // A change, of which there is a backup, and another.
    private static async Task<IReadOnlyList<ByteString>> SetUpAsync(ChangesClient shop)
    {
        await shop.PutAsync("a");
        var backup = await BackUpAsync(shop);
        await shop.PutAsync("b");
        return backup;
    }

    private static async Task<IReadOnlyList<ByteString>> BackUpAsync(ChangesClient shop)
    {
        using var call = shop.Couch.Fixture.Databases.BackUpDatabase(new BackUpDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled);
        var parts = new List<ByteString>();
        while (await call.ResponseStream.MoveNext(Cancelled).Within()) parts.Add(call.ResponseStream.Current.Content);
        return parts;
    }

    private static async Task RestoreAsync(ChangesClient shop, IReadOnlyList<ByteString> backup)
    {
        using var call = shop.Couch.Fixture.Databases.RestoreDatabase(cancellationToken: Cancelled);
        await call.RequestStream.WriteAsync(new RestoreDatabaseRequest { Name = "shop", Replace = true }, Cancelled);
        foreach (var part in backup) await call.RequestStream.WriteAsync(new RestoreDatabaseRequest { Content = part }, Cancelled);
        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync.Within();
    }
}
