using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class DocumentEndpointTests
{
    private const string Conflict = """{"error":"conflict","reason":"Document update conflict."}""" + "\n";
    private const string Missing = """{"error":"not_found","reason":"missing"}""" + "\n";
    private const string Deleted = """{"error":"not_found","reason":"deleted"}""" + "\n";
    private const string NoRev = "1-00000000000000000000000000000000";

    [Fact]
    public async Task Document_FromCreationToDeletion_AnswersAsCouchDbDoes()
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/test"));
        var created = await couch.SendAsync("PUT", "/shop/test", """{"n":1.50}""", "Content-Type", "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var first = RevOf(created.Body);
        Assert.Equal($$$"""{"ok":true,"id":"test","rev":"{{{first}}}"}""" + "\n", created.Body);
        Assert.Equal($"\"{first}\"", created["ETag"]);
        Assert.Equal(new Uri(couch.Fixture.Server.Http, "/shop/test").AbsoluteUri, created["Location"]);
        Assert.StartsWith("1-", first, StringComparison.Ordinal);

        Assert.Equal($$$"""{"_id":"test","_rev":"{{{first}}}","n":1.50}""" + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/test"));
        Assert.Equal(Conflict, await couch.ExpectAsync(HttpStatusCode.Conflict, "PUT", "/shop/test", "{}"));
        Assert.Equal(Conflict, await couch.ExpectAsync(HttpStatusCode.Conflict, "PUT", "/shop/test", $$$"""{"_rev":"{{{NoRev}}}"}"""));
        Assert.Equal(Conflict, await couch.ExpectAsync(HttpStatusCode.Conflict, "PUT", "/shop/none", $$$"""{"_rev":"{{{NoRev}}}"}"""));
        var second = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/test", $$$"""{"_id":"other","_rev":"{{{first}}}","n":2}"""));

        Assert.Equal(Conflict, await couch.ExpectAsync(HttpStatusCode.Conflict, "DELETE", "/shop/test"));
        Assert.Equal(Conflict, await couch.ExpectAsync(HttpStatusCode.Conflict, "DELETE", "/shop/test?rev=" + first));
        var third = RevOf(await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop/test?rev=" + second));
        Assert.StartsWith("3-", third, StringComparison.Ordinal);
        Assert.Equal(Deleted, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/test"));
        Assert.Equal(Deleted, await couch.ExpectAsync(HttpStatusCode.NotFound, "DELETE", "/shop/test?rev=" + third));
        Assert.Equal($$$"""{"_id":"test","_rev":"{{{third}}}","_deleted":true}""" + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/test?rev=" + third));
        Assert.StartsWith("4-", RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/test", "{}")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?rev=REV", "{}", null)]
    [InlineData("", """{"_rev":"REV"}""", null)]
    [InlineData("", "{}", "\"REV\"")]
    [InlineData("?rev=REV", """{"_rev":"REV"}""", "REV")]
    public async Task Put_RevisionAnywhere_Counts(string query, string body, string? ifMatch)
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", "{}"));

        await couch.ExpectAsync(
            HttpStatusCode.Created, "PUT", "/shop/a" + query.Replace("REV", rev, StringComparison.Ordinal), body.Replace("REV", rev, StringComparison.Ordinal),
            ifMatch is null ? [] : ["If-Match", ifMatch.Replace("REV", rev, StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Put_RevisionOfATombstone_BringsTheDocumentBack()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", "{}"));
        rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", $$$"""{"_rev":"{{{rev}}}","_deleted":true,"ignored":1}"""));
        Assert.Equal(Deleted, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a"));

        var again = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", $$$"""{"_rev":"{{{rev}}}"}"""));

        Assert.StartsWith("3-", again, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "bad_request", "invalid UTF-8 JSON")]
    [InlineData("", "bad_request", "invalid UTF-8 JSON")]
    [InlineData("{} x", "bad_request", "invalid UTF-8 JSON")]
    [InlineData("[]", "bad_request", "Document must be a JSON object")]
    [InlineData("7", "bad_request", "Document must be a JSON object")]
    [InlineData("""{"_id":7}""", "illegal_docid", "Document id must be a string")]
    [InlineData("""{"_id":"\ud800"}""", "bad_request", "invalid UTF-8 JSON")]
    [InlineData("""{"_rev":"abc"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":null}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_nonsense":1}""", "doc_validation", "Bad special document member: _nonsense")]
    [InlineData("""{"_deleted":"yes"}""", "doc_validation", "Bad special document member: _deleted")]
    [InlineData("""{"_revisions":{"ids":[]}}""", "doc_validation", "_revisions.start isn't an integer.")]
    public async Task Put_BadDocument_IsRefusedAndChangesNothing(string body, string error, string reason)
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal(
            $$$"""{"error":"{{{error}}}","reason":"{{{reason}}}"}""" + "\n", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop/a", body));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a"));
    }

    [Fact]
    public async Task Put_InvalidUtf8_IsRefused()
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync("PUT", "/shop/a", [.. "{\"a\":\""u8, 0xff, .. "\"}"u8]);

        Assert.Equal((HttpStatusCode.BadRequest, """{"error":"bad_request","reason":"invalid UTF-8 JSON"}""" + "\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Put_LoneSurrogateInContent_IsRefused()
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Contains("not valid UTF-8", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop/a", """{"a":"\ud800"}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, HttpStatusCode.Created)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    public async Task Put_Deep_IsTakenUpToTheLimit(int depth, HttpStatusCode expected)
    {
        await using var couch = await CouchClient.StartAsync();
        var body = "{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";

        var answer = await couch.ExpectAsync(expected, "PUT", "/shop/a", body);

        if (expected == HttpStatusCode.BadRequest) Assert.Contains("128", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_TooLarge_TellsTheLimit()
    {
        await using var couch = await CouchClient.StartAsync(
            "shop", () => ServerFixture.StartAsync(s => s with { Limits = s.Limits with { HttpBodyBytes = 4 * 1024 * 1024 } }));

        var document = await couch.ExpectAsync(HttpStatusCode.RequestEntityTooLarge, "PUT", "/shop/a", "{\"a\":\"" + new string('x', 3 * 1024 * 1024) + "\"}");
        var body = await couch.SendAsync("PUT", "/shop/a", new byte[(4 * 1024 * 1024) + 1]);

        Assert.Contains("document_too_large", document, StringComparison.Ordinal);
        Assert.Contains("max_document_bytes", document, StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, """{"error":"too_large","reason":"the request entity is too large"}""" + "\n"), (body.Status, body.Body));
    }

    [Theory]
    [InlineData("a%2Fb%20c+d", "a/b c+d")]
    [InlineData("%E6%97%A5%22%5C", "日\"\\")]
    [InlineData("..", "..")]
    [InlineData("%2e%2e%2fetc%2fpasswd", "../etc/passwd")]
    [InlineData("a%0Ab", "a\nb")]
    public async Task Put_AnyId_ComesBack(string path, string id)
    {
        await using var couch = await CouchClient.StartAsync();

        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/" + path, """{"x":1}""");
        using var read = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/" + path));

        Assert.Equal(id, read.RootElement.GetProperty("_id").GetString());
        Assert.Equal(1, read.RootElement.GetProperty("x").GetInt32());
    }

    [Fact]
    public async Task Put_IdTooLong_IsRefused()
    {
        await using var couch = await CouchClient.StartAsync();
        var id = new string('i', 513);

        Assert.Contains("illegal_docid", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop/" + id, "{}"), StringComparison.Ordinal);
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/" + id));
    }

    [Fact]
    public async Task Post_Document_GetsAnIdUnlessItHasOne()
    {
        await using var couch = await CouchClient.StartAsync();

        using var drawn = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.Created, "POST", "/shop", """{"x":1}"""));
        using var own = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.Created, "POST", "/shop/", """{"_id":"a/b"}"""));

        Assert.Matches("^[0-9a-f]{32}$", drawn.RootElement.GetProperty("id").GetString());
        Assert.Equal("a/b", own.RootElement.GetProperty("id").GetString());
        Assert.Contains(
            "Content-Type must be application/json",
            await couch.ExpectAsync(HttpStatusCode.UnsupportedMediaType, "POST", "/shop", "{}", "Content-Type", "application/x-www-form-urlencoded"),
            StringComparison.Ordinal);
        Assert.Contains("illegal_docid", await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop", """{"_id":"_x"}"""), StringComparison.Ordinal);
        Assert.Contains("must not be empty", await couch.ExpectAsync(HttpStatusCode.BadRequest, "POST", "/shop", """{"_id":""}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_KnownVersion_IsNotModified()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", "{}"));

        var known = await couch.SendAsync("GET", "/shop/a", (string?)null, "If-None-Match", $"\"0-x\", \"{rev}\"");
        var other = await couch.SendAsync("GET", "/shop/a", (string?)null, "If-None-Match", $"\"{NoRev}\"");
        var head = await couch.SendAsync("HEAD", "/shop/a");

        Assert.Equal((HttpStatusCode.NotModified, "", $"\"{rev}\""), (known.Status, known.Body, known["ETag"]));
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal((HttpStatusCode.OK, "", $"\"{rev}\""), (head.Status, head.Body, head["ETag"]));
        Assert.Equal(other["Content-Length"], head["Content-Length"]);
    }

    [Fact]
    public async Task Get_History_IsTold()
    {
        await using var couch = await CouchClient.StartAsync();
        var first = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", "{}"));
        var second = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?rev=" + first, """{"x":2}"""));

        Assert.Equal(
            $$$"""{"_id":"a","_rev":"{{{second}}}","x":2,"_revisions":{"start":2,"ids":["{{{second[2..]}}}","{{{first[2..]}}}"]}}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a?revs=true"));
        Assert.Equal(
            $$$"""{"_id":"a","_rev":"{{{second}}}","x":2,"_revs_info":[{"rev":"{{{second}}}","status":"available"},{"rev":"{{{first}}}","status":"missing"}],"_local_seq":2}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a?revs_info=true&local_seq=true"));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a?rev=" + first));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a?rev=1-abc"));
        Assert.Contains($"\"{second}\"", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a?latest=true&rev=" + first), StringComparison.Ordinal);
        Assert.Contains("Invalid rev format", await couch.ExpectAsync(HttpStatusCode.BadRequest, "GET", "/shop/a?rev=abc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RevisionThatIsKept_IsGivenWithItsOwnHistory()
    {
        await using var couch = await CouchClient.StartAsync();
        await couch.Fixture.Server.Engine.Databases.Get("shop").SetRevisionsAsync("@empty", new Core.Documents.CollectionRevisions(), TestContext.Current.CancellationToken);
        var first = await couch.PutAsync("a", """{"x":1}""");
        var second = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?rev=" + first, """{"x":2}"""));

        Assert.Equal(
            $$$"""{"_id":"a","_rev":"{{{first}}}","x":1,"_revisions":{"start":1,"ids":["{{{first[2..]}}}"]}}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", $"/shop/a?revs=true&rev={first}"));
        Assert.Contains(
            $$"""[{"rev":"{{second}}","status":"available"},{"rev":"{{first}}","status":"available"}]""",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a?revs_info=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Written_AfterARestart_IsThere()
    {
        using var folder = new TemporaryFolder();
        var rev = "";
        await using (var couch = await CouchClient.StartAsync("shop", () => StartAsync(folder)))
        {
            rev = await couch.PutAsync("a", """{"x":1}""");
            await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/_local/checkpoint", """{"seq":7}""");
        }

        await using var restarted = await CouchClient.StartAsync(database: null, () => StartAsync(folder));

        Assert.Equal($$"""{"_id":"a","_rev":"{{rev}}","x":1}""" + "\n", await restarted.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a"));
        Assert.Equal(
            """{"_id":"_local/checkpoint","_rev":"0-1","seq":7}""" + "\n", await restarted.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_local/checkpoint"));
    }

    [Fact]
    public async Task Request_WhileStopping_IsRefusedForAMoment()
    {
        await using var couch = await CouchClient.StartAsync();
        couch.Fixture.Server.Services.GetRequiredService<ServingState>().Stop();

        Assert.Contains("service_unavailable", await couch.ExpectAsync(HttpStatusCode.ServiceUnavailable, "PUT", "/shop/a", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OpenRevisions_AreThoseOfTheOneBranch()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", """{"x":1}"""));
        var ok = $$$"""{"ok":{"_id":"a","_rev":"{{{rev}}}","x":1}}""";

        Assert.Equal($"[{ok}]\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a?open_revs=all"));
        Assert.Equal(
            $$$"""[{{{ok}}},{"missing":"{{{NoRev}}}"},{"missing":"9-x"}]""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.OK, "GET", $"/shop/a?open_revs=%5B%22{rev}%22,%22{NoRev}%22,%229-x%22%5D"));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/none?open_revs=all"));
        Assert.Contains("Invalid rev format", await couch.ExpectAsync(HttpStatusCode.BadRequest, "GET", "/shop/a?open_revs=%5B%22x%22%5D"), StringComparison.Ordinal);
        Assert.Contains("open_revs must be", await couch.ExpectAsync(HttpStatusCode.BadRequest, "GET", "/shop/a?open_revs=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Collection_IsNamedByAParameterAndThenKept()
    {
        await using var couch = await CouchClient.StartAsync();
        var rev = RevOf(await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?collection=Orders", "{}"));
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a?rev=" + rev, """{"x":2}""");
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/b", "{}");

        Assert.Equal("Orders", await CollectionAsync(couch, "a"));
        Assert.Equal("@empty", await CollectionAsync(couch, "b"));
        Assert.Contains("reserved", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop/c?collection=@x", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_DesignDocument_MustHaveFunctionsInText()
    {
        await using var couch = await CouchClient.StartAsync();

        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/_design/app", """{"filters":{"f":"function(doc){return true;}"},"views":{"v":{"map":"function(doc){}"}}}""");
        await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_design%2Fapp");
        foreach (var bad in new[] { """{"filters":1}""", """{"filters":{"f":1}}""", """{"views":{"v":"x"}}""", """{"views":{"v":{"map":1}}}""" })
            Assert.Contains("invalid_design_doc", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop/_design/bad", bad), StringComparison.Ordinal);
        Assert.Contains("there are no views", await couch.ExpectAsync(HttpStatusCode.NotImplemented, "GET", "/shop/_design/app/_view/v"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Attachments_AreRefusedClearly()
    {
        await using var couch = await CouchClient.StartAsync();
        const string Refusal = """{"error":"not_implemented","reason":"Attachments are not supported."}""" + "\n";

        Assert.Equal(Refusal, await couch.ExpectAsync(HttpStatusCode.NotImplemented, "PUT", "/shop/a", """{"_attachments":{"x":{"data":""}}}"""));
        Assert.Equal(Refusal, await couch.ExpectAsync(HttpStatusCode.NotImplemented, "PUT", "/shop/a/photo.png", "x"));
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/shop/a", """{"_attachments":{}}""");
    }

    [Fact]
    public async Task Get_DocumentFromGrpc_IsOneLineWithoutSpecialMembers()
    {
        await using var couch = await CouchClient.StartAsync();
        await couch.Fixture.WriteAsync(Requests.Put("a", "{\n  \"_rev\": \"forged\",\n  \"x\": 1\n}"));

        Assert.Matches("^\\{\"_id\":\"a\",\"_rev\":\"1-[0-9a-f]{32}\",\"x\":1\\}\n$", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a"));
    }

    private static async Task<string> CollectionAsync(CouchClient couch, string id) =>
        (await couch.Fixture.Documents.GetDocumentAsync(
            new GetDocumentRequest { Database = "shop", Id = id }, cancellationToken: TestContext.Current.CancellationToken)).Document.Collection;

    private static async Task<ServerFixture> StartAsync(TemporaryFolder folder) =>
        await ServerFixture.StartAsync(stores: await EngineStores.OpenAsync(folder.FullPath, TimeProvider.System));

    private static string RevOf(string answer) => CouchClient.RevOf(answer);
}
