using System.Net;
using System.Text.Json;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

public sealed class ChangesFormTests
{
    [Fact]
    public async Task Normal_Rows_AreTheBytesThatClientsParseByLine()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        await shop.PutAsync("b\"\u00fc");
        await shop.DeleteAsync("a");

        Assert.Equal(
            "{\"results\":[\n"
                + "{\"seq\":\"2-*\",\"id\":\"b\\\"\u00fc\",\"changes\":[{\"rev\":\"1-*\"}]},\r\n"
                + "{\"seq\":\"3-*\",\"id\":\"a\",\"changes\":[{\"rev\":\"2-*\"}],\"deleted\":true}\n"
                + "],\n\"last_seq\":\"3-*\",\"pending\":0}\n",
            await shop.GetAsync());
    }

    [Fact]
    public async Task Normal_Empty_HasABlankLine()
    {
        await using var shop = await ChangesClient.StartAsync();

        Assert.Equal("{\"results\":[\n\n],\n\"last_seq\":\"0\",\"pending\":0}\n", await shop.GetAsync());
    }

    [Fact]
    public async Task Normal_IncludeDocs_AddsThemWithTheirRevision()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a", "{ \"Total\":1.50,\n\"Tags\":[ ] }");
        await shop.PutAsync("b");
        await shop.DeleteAsync("b");

        var lines = (await shop.GetAsync("?include_docs=true")).Split('\n');

        Assert.EndsWith(",\"doc\":{\"_id\":\"a\",\"_rev\":\"1-*\",\"Total\":1.50,\"Tags\":[]}},\r", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\"deleted\":true,\"doc\":{\"_id\":\"b\",\"_rev\":\"2-*\",\"_deleted\":true}}", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Since_IntegerTokenQuotedTokenAndNow_AllMeanTheSamePlace()
    {
        await using var shop = await ChangesClient.StartAsync();
        for (var i = 1; i <= 3; i++) await shop.PutAsync($"d{i}");
        using var answer = JsonDocument.Parse(await shop.Couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_changes"));
        var second = answer.RootElement.GetProperty("results")[1].GetProperty("seq").GetString();

        Assert.Equal("d3", await shop.IdsAsync("?since=2"));
        Assert.Equal("d3", await shop.IdsAsync($"?since={second}"));
        Assert.Equal("d3", await shop.IdsAsync($"?SINCE=%22{second}%22"));
        Assert.Equal("d3", await shop.IdsAsync($"?last-event-id={second}"));
        Assert.Equal("", await shop.IdsAsync("?since=now"));
        Assert.Equal("d1 d2 d3", await shop.IdsAsync("?since=0"));
    }

    [Fact]
    public async Task Limit_AndDescending_AreObeyed()
    {
        await using var shop = await ChangesClient.StartAsync();
        for (var i = 1; i <= 5; i++) await shop.PutAsync($"d{i}");

        Assert.Equal("d1 d2", await shop.IdsAsync("?limit=2"));
        Assert.EndsWith("\"last_seq\":\"2-*\",\"pending\":3}\n", await shop.GetAsync("?limit=2"), StringComparison.Ordinal);
        Assert.Equal("d5 d4", await shop.IdsAsync("?limit=2&descending=true&since=4"));
        Assert.EndsWith("\"last_seq\":\"0\",\"pending\":5}\n", await shop.GetAsync("?limit=0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeqInterval_OtherRows_HaveNoSeq()
    {
        await using var shop = await ChangesClient.StartAsync();
        for (var i = 1; i <= 5; i++) await shop.PutAsync($"d{i}");

        var rows = (await shop.GetAsync("?seq_interval=2")).Split('\n')[1..6];

        Assert.Equal(
            ["{\"seq\":null", "{\"seq\":\"2-*\"", "{\"seq\":null", "{\"seq\":\"4-*\"", "{\"seq\":null"],
            rows.Select(r => r[..r.IndexOf(',', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task ETag_SameQuestionAndNothingNew_IsAnsweredWithNotModified()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");
        var tag = (await shop.Couch.SendAsync("GET", "/shop/_changes?limit=5"))["ETag"]!;

        var same = await shop.Couch.SendAsync("GET", "/shop/_changes?limit=5", default(string), "If-None-Match", tag);
        var other = await shop.Couch.SendAsync("GET", "/shop/_changes?limit=6", default(string), "If-None-Match", tag);
        await shop.PutAsync("b");
        var newer = await shop.Couch.SendAsync("GET", "/shop/_changes?limit=5", default(string), "If-None-Match", tag);

        Assert.Equal((HttpStatusCode.NotModified, ""), (same.Status, same.Body));
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(HttpStatusCode.OK, newer.Status);
        Assert.Null((await shop.Couch.SendAsync("GET", "/shop/_changes?feed=longpoll"))["ETag"]);
    }

    [Fact]
    public async Task Head_GivesHeadersOnly()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a");

        var answer = await shop.Couch.SendAsync("HEAD", "/shop/_changes?feed=continuous");

        Assert.Equal((HttpStatusCode.OK, "", "application/json"), (answer.Status, answer.Body, answer["Content-Type"]));
    }

    [Fact]
    public async Task ManyPartitions_OnlyTheLastRowOfAPageTellsItsSeq()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.Couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/wide?q=64");
        var wide = shop.Couch.Fixture.Server.Engine.Databases.Get("wide");
        for (var i = 0; i < 200; i++)
        {
            await wide.WriteAsync(
                [new() { Kind = Core.Documents.WriteKind.Put, Id = $"d{i}", Content = "{}"u8.ToArray() }], TestContext.Current.CancellationToken);
        }

        using var answer = JsonDocument.Parse(await shop.Couch.ExpectAsync(HttpStatusCode.OK, "GET", "/wide/_changes"));
        var rows = answer.RootElement.GetProperty("results").EnumerateArray().ToList();
        var told = rows.FindIndex(100, r => r.GetProperty("seq").ValueKind == JsonValueKind.String);
        using var rest = JsonDocument.Parse(
            await shop.Couch.ExpectAsync(HttpStatusCode.OK, "GET", $"/wide/_changes?since={rows[told].GetProperty("seq").GetString()}"));

        Assert.Equal(200, rows.Count);
        Assert.Equal(wide.Feed.Partitions.Count(p => p.HighSeqno > 0), rows.Count(r => r.GetProperty("seq").ValueKind == JsonValueKind.String));
        Assert.Equal(
            rows.Skip(told + 1).Select(r => r.GetProperty("id").GetString()).Order(),
            rest.RootElement.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()).Order());
    }
}
