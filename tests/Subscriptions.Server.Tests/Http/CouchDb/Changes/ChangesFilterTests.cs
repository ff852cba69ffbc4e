using System.Net;
using System.Text.Json;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb.Changes;

public sealed class ChangesFilterTests
{
    private const string Design = """
        {"filters":{
            "important":"function(doc, req) { return doc.priority == 'high' || (req.query.also && doc._id == req.query.also); }",
            "mine":"function(doc, req) { return req.userCtx.db == 'shop' && req.method == 'GET' && doc.type == 'order'; }",
            "gone":"function(doc) { return doc._deleted; }",
            "bad":"function(doc) { if (doc._id == 'c') throw new Error('no c'); return true; }",
            "syntax":"function(doc"},
         "views":{"large":{"map":"function(doc) { if (doc.total > 10) { emit(doc._id, null); emit(doc.total, null); } }"}}}
        """;

    [Theory]
    [InlineData("?filter=app/important", "b")]
    [InlineData("?filter=app/important&also=c", "b c")]
    [InlineData("?filter=app/mine", "b c")]
    [InlineData("?filter=app/gone", "a")]
    [InlineData("?filter=_view&view=app/large", "c")]
    [InlineData("?filter=_design", "_design/app")]
    [InlineData("?filter=_doc_ids&doc_ids=%5B%22c%22,%22a%22,%22none%22%5D", "c a")]
    [InlineData("?doc_ids=%5B%22c%22%5D", "_design/app b c a")]
    public async Task Filter_ByGet_LetsItsDocumentsPass(string query, string ids)
    {
        await using var shop = await StartAsync();

        Assert.Equal(ids, await shop.IdsAsync(query));
    }

    [Theory]
    [InlineData("?filter=_selector", """{"selector":{"total":{"$gt":10}}}""", "c")]
    [InlineData("?filter=_selector", """{"selector":{"_deleted":true}}""", "a")]
    [InlineData("?filter=_selector", """{"selector":{"_id":{"$gt":"b"}}}""", "c")]
    [InlineData("?filter=_doc_ids", """{"doc_ids":["b"]}""", "b")]
    [InlineData("", """{"doc_ids":["b"]}""", "_design/app b c a")]
    public async Task Filter_ByPost_LetsItsDocumentsPass(string query, string body, string ids)
    {
        await using var shop = await StartAsync();

        Assert.Equal(ids, await shop.IdsAsync(query, "POST", body));
    }

    [Fact]
    public async Task Selector_WithFields_SendsOnlyThose()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("a", """{"total":20,"ship":{"to":"Ulm","by":2},"x":[{"y":1}]}""");

        using var answer = JsonDocument.Parse(await shop.Couch.ExpectAsync(
            HttpStatusCode.OK,
            "POST",
            "/shop/_changes?filter=_selector&include_docs=true",
            """{"selector":{"total":{"$gt":1}},"fields":["_id","ship.to","none","x.y"]}"""));

        Assert.Equal("""{"_id":"a","ship":{"to":"Ulm"}}""", answer.RootElement.GetProperty("results")[0].GetProperty("doc").GetRawText());
    }

    [Fact]
    public async Task Function_ThatThrowsOnTheFirstDocument_IsAServerError()
    {
        await using var shop = await StartAsync();

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?filter=app/bad&since=3");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        Assert.Equal("""{"error":"filter_error","reason":"filter function, line 1: Error: no c"}""" + "\n", answer.Body);
        Assert.Null(answer["ETag"]);
    }

    [Fact]
    public async Task Function_ThatThrowsLater_EndsTheLinesWithTheReason()
    {
        await using var shop = await StartAsync();

        var lines = (await shop.GetAsync("?filter=app/bad&feed=continuous&timeout=1")).Split('\n');

        Assert.Contains("\"id\":\"b\"", lines[1], StringComparison.Ordinal);
        Assert.Equal("""{"error":"filter_error","reason":"filter function, line 1: Error: no c"}""", lines[2]);
    }

    [Fact]
    public async Task Function_ThatCannotBeCompiled_IsRefused()
    {
        await using var shop = await StartAsync();

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?filter=app/syntax");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("compilation_error", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_InAnotherLanguage_IsRefused()
    {
        await using var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("_design/app", """{"language":"erlang","filters":{"f":"fun"}}""");

        var answer = await shop.Couch.SendAsync("GET", "/shop/_changes?filter=app/f");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("unknown_query_language", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filtered_LastSeq_IsBeyondWhatDidNotPass()
    {
        await using var shop = await StartAsync();

        Assert.EndsWith("\"last_seq\":\"5-*\",\"pending\":0}\n", await shop.GetAsync("?filter=app/important"), StringComparison.Ordinal);
    }

    private static async Task<ChangesClient> StartAsync()
    {
        var shop = await ChangesClient.StartAsync();
        await shop.PutAsync("_design/app", Design);
        await shop.PutAsync("a");
        await shop.PutAsync("b", """{"type":"order","priority":"high","total":5}""");
        await shop.PutAsync("c", """{"type":"order","total":50}""");
        await shop.DeleteAsync("a");
        return shop;
    }
}
