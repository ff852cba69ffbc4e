using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.Server.Tests.Http.CouchDb.Changes;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Hostile;

/// <summary>Requests for feeds that nobody in his right mind would send.</summary>
public sealed class HostileChangesTests
{
    private const int MostIds = 100_000;

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("limit=99999999999999999999", "a b")]
    [InlineData("limit=99999999999999999999&feed=continuous&timeout=1", "a b")]
    [InlineData("timeout=99999999999999999999", "a b")]
    [InlineData("heartbeat=99999999999999999999", "a b")]
    [InlineData("seq_interval=99999999999999999999", "a b")]
    [InlineData("since=1", "b")]
    [InlineData("since=%221%22", "b")]
    [InlineData("SINCE=1&Limit=1", "b")]
    public async Task Numbers_Large_AreTakenAsFarAsTheyGo(string query, string ids)
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        await shop.PutAsync("b");

        Assert.Equal(ids, await shop.IdsAsync("?" + query));
    }

    [Theory]
    [InlineData("limit=1.5", "The limit parameter should be a non-negative integer.")]
    [InlineData("limit=1e3", "The limit parameter should be a non-negative integer.")]
    [InlineData("limit=-99999999999999999999", "The limit value should be a non-negative integer.")]
    [InlineData("limit=999999999999999999999999999999999999999999", "The limit parameter should be a non-negative integer.")]
    [InlineData("limit=0x10", "The limit parameter should be a non-negative integer.")]
    [InlineData("limit=%D9%A1", "The limit parameter should be a non-negative integer.")]
    [InlineData("limit=NaN", "The limit parameter should be a non-negative integer.")]
    [InlineData("timeout=0.1", "The timeout parameter should be a non-negative integer (in milliseconds).")]
    [InlineData("heartbeat=1.5", "Invalid heartbeat value. Expecting a positive integer value (in milliseconds).")]
    [InlineData("heartbeat=-99999999999999999999", "The heartbeat value should be a positive integer (in milliseconds).")]
    [InlineData("since=99999999999999999999", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=1.5", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=1-", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=%FF", "The query is not valid UTF-8.")]
    [InlineData("since=%00", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=%ED%A0%80", "The query is not valid UTF-8.")]
    [InlineData("feed=%FF", "The query is not valid UTF-8.")]
    [InlineData("filter=%FF", "The query is not valid UTF-8.")]
    [InlineData("filter=_doc_ids&doc_ids=%5B%22%FF%22%5D", "The query is not valid UTF-8.")]
    public async Task Parameter_OfAnyKind_IsRefusedBeforeAnythingIsSent(string query, string reason)
    {
        await using var shop = await ChangesClient.StartAsync();

        foreach (var feed in (string[])["", "&feed=longpoll", "&feed=continuous", "&feed=eventsource"])
        {
            if (feed.Length > 0 && query.StartsWith("feed", StringComparison.Ordinal)) continue;
            var answer = await shop.Couch.SendAsync("GET", $"/shop/_changes?{query}{feed}");

            Assert.Equal((HttpStatusCode.BadRequest, "bad_request", reason), Refusal(answer));
            Assert.Equal("application/json", answer["Content-Type"]);
        }
    }

    [Theory]
    [InlineData("filter=_doc_ids", "{\"doc_ids\":[\"\u00FF\"]}")]
    [InlineData("filter=_selector", "{\"selector\":{\"\u00C3\":1}}")]
    [InlineData("filter=_selector", "\u00EF\u00BB")]
    public async Task Body_NotUtf8_IsRefused(string query, string latin)
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("POST", "/shop/_changes?feed=continuous&" + query, Encoding.Latin1.GetBytes(latin));

        Assert.Equal((HttpStatusCode.BadRequest, "bad_request", "invalid UTF-8 JSON"), Refusal(answer));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public async Task Body_NestedDeeply_IsRefused(int depth)
    {
        await using var shop = await ChangesClient.StartAsync();
        var selector = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        var list = new string('[', depth) + new string(']', depth);

        foreach (var (query, body) in ((string, string)[])[("filter=_selector", $"{{\"selector\":{selector}}}"), ("filter=_doc_ids", $"{{\"doc_ids\":{list}}}"), ("", $"{{\"x\":{list}}}")])
        {
            var answer = await shop.Couch.SendAsync("POST", $"/shop/_changes?feed=continuous&timeout=1&{query}", body);

            // What is not read of a body is not looked at, as far as a body is read at all.
            if (query.Length == 0 && depth == 200) Assert.Equal(HttpStatusCode.OK, answer.Status);
            else Assert.Equal((HttpStatusCode.BadRequest, "bad_request"), (answer.Status, Refusal(answer).Error));
        }
    }

    [Fact]
    public async Task Ids_AsManyAsAreTaken_AreFoundAmongOthers()
    {
        await using var shop = await ChangesClient.StartAsync();
        await PutManyAsync(shop.Shop, 2000);
        var body = Ids(MostIds, i => $"d{i * 2}");
        var began = Stopwatch.GetTimestamp();

        var normal = await shop.IdsAsync("?filter=_doc_ids", "POST", body);
        var live = await shop.IdsAsync("?filter=_doc_ids&feed=continuous&timeout=1", "POST", body);

        Assert.Equal(string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"d{i * 2}")), normal);
        Assert.Equal(normal, live);
        TestContext.Current.SendDiagnosticMessage($"Two feeds of {MostIds} ids: {Stopwatch.GetElapsedTime(began).TotalMilliseconds} ms.");
    }

    [Fact]
    public async Task Ids_MoreThanAreTaken_AreRefused()
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("POST", "/shop/_changes?filter=_doc_ids", Ids(MostIds + 1, i => $"d{i}"));

        Assert.Equal((HttpStatusCode.BadRequest, "bad_request", "`doc_ids` has 100001 ids; it has at most 100000."), Refusal(answer));
    }

    [Fact]
    public async Task Body_BeyondTheLimit_IsRefusedAnnouncedOrNot()
    {
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(s => s with { Limits = s.Limits with { HttpBodyBytes = 100_000 } }));
        var body = Encoding.ASCII.GetBytes(Ids(20_000, i => $"d{i}"));
        var head = RawConnection.Request("POST /shop/_changes?filter=_doc_ids", headers: "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n");

        var announced = await shop.Couch.SendAsync("POST", "/shop/_changes?filter=_doc_ids", body);
        using var connection = await RawConnection.OpenAsync(shop.Couch);
        await connection.SendAsync([.. head, .. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8]);
        var chunked = await connection.AnswerAsync();

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large", "the request entity is too large"), Refusal(announced));
        Assert.Equal((413, announced.Body), (chunked.Status, chunked.Body));
    }

    [Theory]
    [InlineData("a long name", 70_000, 0, 414)]
    [InlineData("a long header", 0, 70_000, 431)]
    [InlineData("long, but not too long", 60_000, 0, 200)]
    public async Task Request_OversizedHead_IsRefused(string what, int inLine, int inHeader, int status)
    {
        await using var shop = await ChangesClient.StartAsync();
        using var connection = await RawConnection.OpenAsync(shop.Couch);

        await connection.SendAsync(RawConnection.Request(
            $"GET /shop/_changes?x={new string('x', inLine)}", headers: $"X-Filler: {new string('x', inHeader)}\r\n"));

        Assert.True(status == (await connection.AnswerAsync()).Status, what);
    }

    [Fact]
    public async Task Since_FromTheFuture_BeginsAtTheEndOfWhatThereIs()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        var state = shop.Shop.Feed.Partitions[0];
        var future = new ResumeToken([new Position(0, state.FailoverLog.Current, 1_000_000, 1_000_000, 1_000_000, 0)]);

        foreach (var since in (string[])["1000000", future.ToString(), long.MaxValue.ToString(CultureInfo.InvariantCulture)])
        {
            var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?since=" + since);

            Assert.Equal("{\"results\":[\n\n],\n\"last_seq\":\"1-*\",\"pending\":0}\n", ChangesClient.Plain(answer.Body));
            Assert.Equal($"partition 0 from {since.Split('-')[0]} to 1 (its branch ended before that)", answer["Subscriptions-Rewound"]);
        }
    }

    [Fact]
    public async Task Since_OfMorePartitions_GoesOnWhereItIsKnown()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        await shop.PutAsync("b");
        var own = shop.Shop.Feed.Partitions[0];
        var wide = new ResumeToken([new Position(0, own.FailoverLog.Current, 1, 1, 1, 0), new Position(900, own.FailoverLog.Current, 77, 77, 77, 0)]);

        var answer = await shop.Couch.SendAsync("GET", $"/shop/_changes?since={wide}");

        Assert.Contains("\"id\":\"b\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":\"a\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&feed=longpoll")]
    [InlineData("&feed=continuous&timeout=1")]
    [InlineData("&feed=eventsource&timeout=1")]
    public async Task Since_FromBeforeAPurge_BeginsAnewAndSaysSo(string feed)
    {
        var time = new FakeTimeProvider();
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(time: time));
        await shop.Couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop");
        var settings = new V1.DatabaseSettings { TombstoneRetention = Duration.FromTimeSpan(Retention) };
        await shop.Couch.Fixture.Databases.CreateDatabaseAsync(
            new CreateDatabaseRequest { Name = "shop", PartitionCount = 1, Settings = settings }, cancellationToken: Cancelled).ResponseAsync.Within();
        await shop.PutAsync("kept");
        await shop.PutAsync("gone");
        var before = ResumeToken.Now(shop.Shop.Feed.Partitions);
        await shop.DeleteAsync("gone");
        await PurgeAsync(shop, time);

        var reading = shop.Couch.SendAsync("GET", $"/shop/_changes?since={before}{feed}");
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancelled));
        }

        var answer = await reading;
        Assert.Contains("\"id\":\"kept\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal("partition 0 from 2 to 0 (tombstones that it has not seen were purged)", answer["Subscriptions-Rewound"]);
    }

    private static async Task PurgeAsync(ChangesClient shop, FakeTimeProvider time)
    {
        for (var i = 0; i < 1000 && shop.Shop.Feed.Partitions[0].PurgeSeqno == 0; i++)
        {
            time.Advance(Retention);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancelled);
        }

        Assert.NotEqual(0, shop.Shop.Feed.Partitions[0].PurgeSeqno);
    }

    private static async Task PutManyAsync(Core.Databases.Database database, int count) => await database.WriteAsync(
        [.. Enumerable.Range(0, count).Select(i => new DocumentWrite { Kind = WriteKind.Put, Id = $"d{i}", Content = "{}"u8.ToArray() })], Cancelled);

    private static string Ids(int count, Func<int, string> id) => JsonSerializer.Serialize(new { doc_ids = Enumerable.Range(0, count).Select(id) });

    private static (HttpStatusCode Status, string Error, string Reason) Refusal(CouchAnswer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        return (answer.Status, json.RootElement.GetProperty("error").GetString()!, json.RootElement.GetProperty("reason").GetString()!);
    }
}
