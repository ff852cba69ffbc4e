using System.Net;
using System.Text.Json;
using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

public sealed class ChangesErrorTests
{
    [Theory]
    [InlineData("since=x", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=-1", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("since=5-abc", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("feed=continuous&since=%22", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("until=x", "Malformed sequence supplied in 'until' parameter.")]
    [InlineData("feed=push", "Supported `feed` types: normal, continuous, live, longpoll, eventsource")]
    [InlineData("heartbeat=0", "The heartbeat value should be a positive integer (in milliseconds).")]
    [InlineData("heartbeat=-5", "The heartbeat value should be a positive integer (in milliseconds).")]
    [InlineData("heartbeat=false", "Invalid heartbeat value. Expecting a positive integer value (in milliseconds).")]
    [InlineData("heartbeat=", "Invalid heartbeat value. Expecting a positive integer value (in milliseconds).")]
    [InlineData("limit=-1", "The limit value should be a non-negative integer.")]
    [InlineData("limit=ten", "The limit parameter should be a non-negative integer.")]
    [InlineData("timeout=-1", "The timeout value should be a non-negative integer (in milliseconds).")]
    [InlineData("timeout=1s", "The timeout parameter should be a non-negative integer (in milliseconds).")]
    [InlineData("style=all", "Supported `style` values: main_only, all_docs")]
    [InlineData("filter=important", "`filter` must be of the form `designname/filtername`")]
    [InlineData("filter=/important", "`filter` must be of the form `designname/filtername`")]
    [InlineData("filter=_nothing", "unknown builtin filter name")]
    [InlineData("filter=_view", "`view` filter parameter is not provided.")]
    [InlineData("filter=_view&view=big", "`view` must be of the form `designname/viewname`")]
    [InlineData("filter=_doc_ids", "`doc_ids` filter parameter is not a list of doc ids.")]
    [InlineData("filter=_doc_ids&doc_ids=%7B%7D", "`doc_ids` filter parameter is not a list of doc ids.")]
    [InlineData("filter=_doc_ids&doc_ids=%5B1%5D", "`doc_ids` filter parameter is not a list of doc ids.")]
    [InlineData("filter=_doc_ids&doc_ids=%5B%22%5Cud800%22%5D", "`doc_ids` filter parameter is not a list of doc ids.")]
    [InlineData("filter=_doc_ids&doc_ids=%5B", "`doc_ids` filter parameter is not a list of doc ids.")]
    [InlineData("filter=_selector", "Selector must be specified in POST payload")]
    public async Task BadParameter_IsRefusedInCouchDbsWords(string query, string reason)
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(("bad_request", reason), Error(answer.Body));
    }

    [Theory]
    [InlineData("{}", "Selector error: expected a JSON object")]
    [InlineData("{\"selector\":[]}", "Selector error: expected a JSON object")]
    [InlineData("{\"selector\":{\"a\":{\"$foo\":1}}}", "Invalid operator: $foo")]
    [InlineData("{\"selector\":{},\"fields\":[1]}", "Selector error: fields must be JSON array")]
    [InlineData("{\"selector\"", "invalid UTF-8 JSON")]
    [InlineData("[]", "Request body must be a JSON object")]
    public async Task BadSelector_IsRefused(string body, string reason)
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("POST", "/shop/_changes?filter=_selector", body);

        Assert.Equal((HttpStatusCode.BadRequest, ("bad_request", reason)), (answer.Status, Error(answer.Body)));
    }

    [Fact]
    public async Task SeqInterval_NotPositive_HasAnErrorOfItsOwn()
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?seq_interval=0");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_seq_interval"), (answer.Status, Error(answer.Body).Error));
    }

    [Theory]
    [InlineData("filter=none/f", "missing")]
    [InlineData("filter=app/none", "missing json key: none")]
    [InlineData("filter=_view&view=app/none", "missing json key: none")]
    [InlineData("filter=empty/f", "missing json key: filters")]
    [InlineData("filter=_view&view=empty/v", "missing json key: views")]
    public async Task FilterThatIsNotThere_IsNotFound(string query, string reason)
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("_design/app", """{"filters":{},"views":{}}""");
        await shop.PutAsync("_design/empty");

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?" + query);

        Assert.Equal((HttpStatusCode.NotFound, ("not_found", reason)), (answer.Status, Error(answer.Body)));
    }

    [Fact]
    public async Task Post_OtherTypes_IsRefused()
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("POST", "/shop/_changes", "{}", "Content-Type", "text/plain");

        Assert.Equal(
            (HttpStatusCode.UnsupportedMediaType, ("bad_content_type", "Content-Type must be application/json")), (answer.Status, Error(answer.Body)));
    }

    [Fact]
    public async Task Post_WithoutBody_IsAnsweredWhenItSaysSo()
    {
        await using var shop = await ChangesClient.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await shop.Couch.SendAsync("POST", "/shop/_changes", "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await shop.Couch.SendAsync("POST", "/shop/_changes", "{}")).Status);
    }

    [Fact]
    public async Task Since_IntegerWithSeveralPartitions_SaysWhatToUse()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.Couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/wide?q=2");

        var answer = await shop.Couch.SendAsync("GET", "/wide/_changes?since=3");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("2 partitions", Error(answer.Body).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Since_OfAnotherDatabase_BeginsAnewAndSaysSo()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        await shop.Couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/other");
        var other = shop.Couch.Fixture.Server.Engine.Databases.Get("other");
        await other.WriteAsync([new() { Kind = Core.Documents.WriteKind.Put, Id = "x", Content = "{}"u8.ToArray() }], TestContext.Current.CancellationToken);

        var answer = await shop.Couch.SendAsync("GET", $"/shop/_changes?since={Core.Changes.ResumeToken.Now(other.Feed.Partitions)}");

        Assert.Contains("\"id\":\"a\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal("partition 0 from 1 to 0 (its branch is not part of this database's history)", answer["Subscriptions-Rewound"]);
    }

    [Fact]
    public async Task Listeners_AboveTheLimit_AreToldToComeLater()
    {
        await using var shop = await ChangesClient.StartAsync(() => ServerFixture.StartAsync(s => s with { Limits = s.Limits with { FeedListeners = 1 } }));
        using var first = await shop.FollowAsync("?feed=continuous");

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?feed=longpoll");

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_requests"), (answer.Status, Error(answer.Body).Error));
        Assert.Equal(HttpStatusCode.OK, (await shop.Couch.SendAsync("GET", "/shop/_changes")).Status);
    }

    [Fact]
    public async Task Method_Other_IsNotAllowed()
    {
        await using var shop = await ChangesClient.StartAsync();

        var answer = await shop.Couch.SendAsync("DELETE", "/shop/_changes");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, POST, HEAD"), (answer.Status, answer["Allow"]));
    }

    private static (string Error, string Reason) Error(string body)
    {
        using var json = JsonDocument.Parse(body);
        return (json.RootElement.GetProperty("error").GetString()!, json.RootElement.GetProperty("reason").GetString()!);
    }
}
