using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class BulkEndpointTests
{
    private const string NoRev = "1-00000000000000000000000000000000";

    [Fact]
    public async Task BulkDocs_SomeConflict_TheOthersHappen()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = await couch.PutAsync("a");

        var body = await couch.ExpectAsync(
            HttpStatusCode.Created, "POST", "/shop/_bulk_docs",
            $$$"""{"docs":[{"_id":"a"},{"_id":"a","_rev":"{{{rev}}}","x":1},{"_id":"b","y":2.0},{"_id":"b"},{"z":3},{"_id":"none","_deleted":true}]}""");

        using var rows = JsonDocument.Parse(body);
        var ids = rows.RootElement.EnumerateArray().Select(r => (Id: r.GetProperty("id").GetString()!, Error: r.TryGetProperty("error", out var e) ? e.GetString() : null)).ToList();
        Assert.Equal(["conflict", null, null, "conflict", null, "not_found"], ids.Select(r => r.Error));
        Assert.Matches("^[0-9a-f]{32}$", ids[4].Id);
        Assert.StartsWith("""[{"id":"a","error":"conflict","reason":"Document update conflict."},{"ok":true,"id":"a","rev":"2-""", body, StringComparison.Ordinal);
        Assert.Contains("\"y\":2.0}", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "Request body must be a JSON object")]
    [InlineData("{}", "POST body must include `docs` parameter.")]
    [InlineData("""{"docs":{}}""", "`docs` parameter must be an array.")]
    [InlineData("""{"docs":[{"_id":"a"},7]}""", "Document must be a JSON object")]
    [InlineData("""{"docs":[{"_id":"a"},{"_x":1}]}""", "Bad special document member: _x")]
    [InlineData("""{"docs":[{"_id":"a"},{"_id":"_x"}]}""", "Only reserved document ids may start with underscore.")]
    [InlineData("""{"docs":[{"_id":"a"}],"new_edits":false}""", "A document with new_edits=false needs _revisions, or _rev.")]
    [InlineData("""{"docs":[{"_id":"a"}""", "invalid UTF-8 JSON")]
    public async Task BulkDocs_BadRequest_ChangesNothing(string body, string reason)
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Contains(JsonEncode(reason), await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_bulk_docs", body), StringComparison.Ordinal);
        await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a");
    }

    [Fact]
    public async Task BulkDocs_VersionsMadeElsewhere_AreTakenWithTheirRevisions()
    {
        await using var couch = await CouchClient.StartAsync();
        var (a, b, c) = (new string('a', 32), new string('b', 32), new string('c', 32));

        Assert.Equal("[]\n", await BulkAsync($$$"""{"_id":"x","_rev":"2-{{{b}}}","n":2,"_revisions":{"start":2,"ids":["{{{b}}}","{{{a}}}"]}}"""));
        Assert.Equal(
            $$$"""{"_id":"x","_rev":"2-{{{b}}}","n":2,"_revisions":{"start":2,"ids":["{{{b}}}","{{{a}}}"]}}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/x?revs=true"));
        Assert.Equal("[]\n", await BulkAsync($$$"""{"_id":"x","_rev":"1-{{{a}}}","n":1}"""));
        Assert.Equal("[]\n", await BulkAsync($$$"""{"_id":"x","_deleted":true,"_revisions":{"start":3,"ids":["{{{c}}}","{{{b}}}","{{{a}}}"]}}"""));
        Assert.Contains($"3-{c}\",\"_deleted\":true", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/x?open_revs=all"), StringComparison.Ordinal);

        var parted = await BulkAsync($$$"""{"_id":"x","_revisions":{"start":2,"ids":["{{{c}}}","{{{a}}}"]}}""");
        Assert.StartsWith($$$"""[{"id":"x","rev":"2-{{{c}}}","error":"forbidden","reason":"This server keeps one branch""", parted, StringComparison.Ordinal);
        Assert.Contains(
            "32 hex digits",
            await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"y","_rev":"1-short"}]}"""),
            StringComparison.Ordinal);

        Task<string> BulkAsync(string document) =>
            couch.ExpectAsync(HttpStatusCode.Created, "POST", "/shop/_bulk_docs", "{\"docs\":[" + document + "],\"new_edits\":false}");
    }

    [Fact]
    public async Task Put_VersionMadeElsewhere_IsTakenUnlessItHasParted()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = "1-" + new string('a', 32);

        var body = await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/x?new_edits=false", $$$"""{"_rev":"{{{rev}}}"}""");

        Assert.Equal($$$"""{"ok":true,"id":"x","rev":"{{{rev}}}"}""" + "\n", body);
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/x?new_edits=false", $$$"""{"_rev":"{{{rev}}}"}""");
        await couch.ExpectAsync(HttpStatusCode.Forbidden, "PUT", "/shop/x?new_edits=false", $$$"""{"_rev":"{{{NoRev}}}"}""");
    }

    [Fact]
    public async Task BulkGet_Versions_AreGivenOrNamedAsMissing()
    {
        await using var couch = await CouchClient.StartAsync();
        var first = await couch.PutAsync("a");
        var rev = CouchClient.RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?rev=" + first, """{"x":1}"""));
        var ok = $$$$"""{"id":"a","docs":[{"ok":{"_id":"a","_rev":"{{{{rev}}}}","x":1,"_revisions":{"start":2,"ids":["{{{{rev[2..]}}}}","{{{{first[2..]}}}}"]}}}]}""";

        var body = await couch.ExpectAsync(
            HttpStatusCode.OK, "POST", "/shop/_bulk_get?revs=true&latest=true",
            $$$"""{"docs":[{"id":"a","rev":"{{{rev}}}"},{"id":"a","rev":"{{{first}}}"},{"id":"a"},{"id":"a","rev":"{{{NoRev}}}"},{"id":"none"},{"id":"a","rev":"x"},{}]}""");

        Assert.Equal(
            $$$"""{"results":[{{{ok}}},{{{ok}}},{{{ok}}},"""
                + $$$"""{"id":"a","docs":[{"error":{"id":"a","rev":"{{{NoRev}}}","error":"not_found","reason":"missing"}}]},"""
                + """{"id":"none","docs":[{"error":{"id":"none","rev":"undefined","error":"not_found","reason":"missing"}}]},"""
                + """{"id":"a","docs":[{"error":{"id":"a","rev":"x","error":"bad_request","reason":"Invalid rev format"}}]},"""
                + """{"id":null,"docs":[{"error":{"id":null,"rev":"undefined","error":"bad_request","reason":"document id missed"}}]}]}""" + "\n",
            body);
        Assert.Equal("{\"results\":[]}\n", await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_bulk_get", """{"docs":[]}"""));
        Assert.Contains("Missing JSON list of 'docs'.", JsonDecode(await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_bulk_get", "{}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RevsDiff_Revisions_TellsWhichAreUnknown()
    {
        await using var couch = await CouchClient.StartAsync();
        var first = await couch.PutAsync("a");
        var second = CouchClient.RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?rev=" + first, "{}"));
        var body = $$$"""{"a":["{{{first}}}","{{{second}}}","{{{NoRev}}}"],"b":["3-x"],"_no":["1-x"],"c":[],"d":["{{{NoRev}}}"]}""";

        Assert.Equal(
            $$$"""{"a":{"missing":["{{{NoRev}}}"]},"b":{"missing":["3-x"]},"_no":{"missing":["1-x"]},"d":{"missing":["{{{NoRev}}}"]}}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_revs_diff", body));
        Assert.Equal(
            $$$"""{"a":{"missing":["3-x"],"possible_ancestors":["{{{second}}}"]}}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_revs_diff", """{"a":["3-x"]}"""));
        Assert.Equal(
            """{"missing_revs":{"a":["3-x"]}}""" + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_missing_revs", """{"a":["3-x"]}"""));
        await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_revs_diff", """{"a":["x"]}""");
        await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_revs_diff", """{"a":1}""");
        await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop/_revs_diff", """{"\ud800":["1-x"]}""");
    }

    [Fact]
    public async Task RevsDiff_ManyDocuments_AreAllAnswered()
    {
        await using var couch = await CouchClient.StartAsync();
        var body = new StringBuilder("{");
        for (var i = 0; i < 100_000; i++) body.Append(i == 0 ? "" : ",").Append($"\"k{i}\":[\"1-x\"]");

        using var answer = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "POST", "/shop/_revs_diff", body.Append('}').ToString()));

        Assert.Equal(100_000, answer.RootElement.EnumerateObject().Count());
    }

    private static string JsonEncode(string text) => text.Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string JsonDecode(string text) => text.Replace("\\u0027", "'", StringComparison.Ordinal);
}
