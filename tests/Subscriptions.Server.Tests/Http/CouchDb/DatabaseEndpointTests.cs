using System.Net;
using System.Text.Json;
using Subscriptions.Core.Changes;
using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class DatabaseEndpointTests
{
    private const string Exists = """{"error":"file_exists","reason":"The database could not be created, the file already exists."}""" + "\n";
    private const string Missing = """{"error":"not_found","reason":"Database does not exist."}""" + "\n";

    [Fact]
    public async Task Database_FromCreationToDrop_AnswersAsCouchDbDoes()
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/"));
        var created = await couch.SendAsync("PUT", "/shop/");
        Assert.Equal((HttpStatusCode.Created, "{\"ok\":true}\n"), (created.Status, created.Body));
        Assert.Equal(new Uri(couch.Fixture.Server.Http, "/shop").AbsoluteUri, created["Location"]);
        Assert.Equal(Exists, await couch.ExpectAsync(HttpStatusCode.PreconditionFailed, "PUT", "/shop"));
        Assert.Equal(Exists, await couch.ExpectAsync(HttpStatusCode.PreconditionFailed, "PUT", "/shop?q=2"));
        Assert.Equal("", await couch.ExpectAsync(HttpStatusCode.OK, "HEAD", "/shop"));
        Assert.Equal("{\"ok\":true}\n", await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/shop/"));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "DELETE", "/shop"));
        Assert.Equal("", await couch.ExpectAsync(HttpStatusCode.NotFound, "HEAD", "/shop"));
    }

    [Theory]
    [InlineData("Shop")]
    [InlineData("1shop")]
    [InlineData("shop.db")]
    [InlineData("..")]
    [InlineData("sh%20op")]
    public async Task Create_BadName_IsRefusedInCouchDbsWords(string name)
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Equal(
            $$"""{"error":"illegal_database_name","reason":"Name: '{{Uri.UnescapeDataString(name)}}'. Only lowercase characters (a-z), digits (0-9), and any of """
                + """the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter."}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/" + name));
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/" + name));
    }

    [Fact]
    public async Task Create_NameTooLong_TellsTheLimit()
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Contains("at most 238", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/" + new string('a', 239)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1025")]
    [InlineData("many")]
    public async Task Create_BadPartitionCount_IsRefused(string q)
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Contains("should be 1 to 1024", await couch.ExpectAsync(HttpStatusCode.BadRequest, "PUT", "/shop?q=" + q), StringComparison.Ordinal);
        Assert.Equal("[]\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/_all_dbs"));
    }

    [Fact]
    public async Task Create_TooManyDatabases_NamesTheSetting()
    {
        await using var couch = await CouchClient.StartAsync("one", () => ServerFixture.StartAsync(s => s with { Limits = s.Limits with { Databases = 1 } }));

        var body = await couch.ExpectAsync(HttpStatusCode.TooManyRequests, "PUT", "/two");

        Assert.Contains("Limits:Databases", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Database_TellsWhereItStands()
    {
        await using var couch = await CouchClient.StartAsync(database: null);
        await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/a%2Fb?q=4");
        using var empty = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/a%2Fb"));
        Assert.Equal("0", empty.RootElement.GetProperty("update_seq").GetString());
        await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/a%2Fb");

        await couch.Fixture.CreateDatabaseAsync();
        await couch.Fixture.PutAsync("x", "y");
        using var body = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop"));

        var root = body.RootElement;
        Assert.Equal(("shop", 2, 0), (root.GetProperty("db_name").GetString(), root.GetProperty("doc_count").GetInt32(), root.GetProperty("doc_del_count").GetInt32()));
        Assert.True(ResumeToken.TryParse(root.GetProperty("update_seq").GetString(), out var token));
        Assert.Equal(2, token[0].Seqno);
        Assert.Equal(1, root.GetProperty("cluster").GetProperty("q").GetInt32());
        Assert.False(root.GetProperty("compact_running").GetBoolean());
        var commit = await couch.ExpectAsync(HttpStatusCode.Created, "POST", "/shop/_ensure_full_commit", "");
        Assert.Equal($$"""{"ok":true,"instance_start_time":"{{root.GetProperty("instance_start_time").GetString()}}"}""" + "\n", commit);
    }

    [Fact]
    public async Task Settings_ThatAreFixed_AreToldAndRefused()
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal("{}\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_security"));
        Assert.Contains("has no users", await couch.ExpectAsync(HttpStatusCode.NotImplemented, "PUT", "/shop/_security", "{}"), StringComparison.Ordinal);
        Assert.Equal("1000\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/_revs_limit"));
        await couch.ExpectAsync(HttpStatusCode.NotImplemented, "PUT", "/shop/_revs_limit", "5");
        Assert.Equal(Missing, await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/none/_security"));
        Assert.Equal(
            """{"error":"bad_content_type","reason":"Content-Type must be application/json"}""" + "\n",
            await couch.ExpectAsync(HttpStatusCode.UnsupportedMediaType, "POST", "/shop/_ensure_full_commit", "", "Content-Type", "text/plain"));
    }

    [Fact]
    public async Task Delete_WithARevision_IsTakenForAMistake()
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Contains("Did you mean to DELETE a document", await couch.ExpectAsync(HttpStatusCode.BadRequest, "DELETE", "/shop?rev=1-x"), StringComparison.Ordinal);
        await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop");
    }

    [Theory]
    [InlineData("GET", "_nothing", HttpStatusCode.NotFound, """{"error":"not_found","reason":"missing"}""")]
    [InlineData("PUT", "_nothing", HttpStatusCode.BadRequest, """{"error":"illegal_docid","reason":"Only reserved document ids may start with underscore."}""")]
    [InlineData("POST", "_all_docs/queries", HttpStatusCode.NotImplemented, """{"error":"not_implemented","reason":"This server does not have _all_docs/queries."}""")]
    [InlineData("POST", "_find", HttpStatusCode.NotImplemented, """{"error":"not_implemented","reason":"This server does not have _find."}""")]
    public async Task Request_UnknownName_SaysSo(string method, string name, HttpStatusCode status, string expected)
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal(expected + "\n", await couch.ExpectAsync(status, method, "/shop/" + name, "{}"));
    }
}
