using System.Net;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Hosting;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class ServerEndpointTests
{
    [Fact]
    public async Task Welcome_IsWhatClientsLookFor()
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        var answer = await couch.SendAsync("GET", "/");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("must-revalidate", answer["Cache-Control"]);
        Assert.EndsWith("}\n", answer.Body, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(answer.Body);
        Assert.Equal("Welcome", body.RootElement.GetProperty("couchdb").GetString());
        Assert.StartsWith("3.", body.RootElement.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal("Subscriptions", body.RootElement.GetProperty("vendor").GetProperty("name").GetString());
        Assert.Equal(32, body.RootElement.GetProperty("uuid").GetString()!.Length);
    }

    [Fact]
    public async Task Uuid_AfterARestart_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        var first = await UuidAsync(folder.FullPath);

        Assert.Equal(first, await UuidAsync(folder.FullPath));
        File.Delete(Path.Combine(folder.FullPath, "server.uuid"));
        Assert.NotEqual(first, await UuidAsync(folder.FullPath));
    }

    [Fact]
    public async Task Uuid_FileIsDamaged_KeepsTheServerFromStarting()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.FullPath, "server.uuid"), "nonsense", TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<StoreException>(() => EngineStores.OpenAsync(folder.FullPath, TimeProvider.System));

        Assert.Equal(StoreFault.Corrupt, fault.Kind);
        Assert.Contains("server.uuid", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WhileServing_IsOk()
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Equal("{\"status\":\"ok\",\"seeds\":{}}\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/_up"));
        Assert.Equal("", await couch.ExpectAsync(HttpStatusCode.OK, "HEAD", "/_up"));
    }

    [Theory]
    [InlineData("/_uuids", 1)]
    [InlineData("/_uuids?count=3", 3)]
    [InlineData("/_uuids?COUNT=1000", 1000)]
    [InlineData("/_uuids?count=0", 0)]
    public async Task Uuids_Count_AreFresh(string path, int count)
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        using var body = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", path));

        var uuids = body.RootElement.GetProperty("uuids").EnumerateArray().Select(u => u.GetString()!).ToList();
        Assert.Equal(count, uuids.Distinct().Count());
        Assert.All(uuids, uuid => Assert.Matches("^[0-9a-f]{32}$", uuid));
    }

    [Theory]
    [InlineData("/_uuids?count=1001", """{"error":"bad_request","reason":"count parameter too large"}""")]
    [InlineData("/_uuids?count=x", """{"error":"query_parse_error","reason":"Invalid value for integer: \"x\""}""")]
    [InlineData("/_all_dbs?limit=-1", """{"error":"query_parse_error","reason":"Invalid value for positive integer: \"-1\""}""")]
    [InlineData("/_all_dbs?startkey=a", """{"error":"bad_request","reason":"invalid UTF-8 JSON"}""")]
    [InlineData("/_all_dbs?descending=maybe", """{"error":"query_parse_error","reason":"Invalid boolean parameter: \"maybe\""}""")]
    public async Task Get_BadParameter_IsRefused(string path, string expected)
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        Assert.Equal(expected + "\n", await couch.ExpectAsync(HttpStatusCode.BadRequest, "GET", path));
    }

    [Theory]
    [InlineData("/_all_dbs", """["a","b","b/c","d"]""")]
    [InlineData("/_all_dbs?limit=2&skip=1", """["b","b/c"]""")]
    [InlineData("/_all_dbs?startkey=%22b%22&endkey=%22c%22", """["b","b/c"]""")]
    [InlineData("/_all_dbs?descending=true&start_key=%22b/c%22", """["b/c","b","a"]""")]
    [InlineData("/_all_dbs?limit=99999999999999", """["a","b","b/c","d"]""")]
    public async Task AllDatabases_Range_AreByName(string path, string expected)
    {
        await using var couch = await CouchClient.StartAsync(database: null);
        foreach (var name in new[] { "b%2Fc", "d", "a", "b" }) await couch.ExpectAsync(HttpStatusCode.Created, "PUT", "/" + name);

        Assert.Equal(expected + "\n", await couch.ExpectAsync(HttpStatusCode.OK, "GET", path));
    }

    [Fact]
    public async Task Session_Anybody_MayDoEverything()
    {
        await using var couch = await CouchClient.StartAsync(database: null);

        using var session = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/_session"));
        var login = await couch.SendAsync("POST", "/_session", "name=a&password=b", "Content-Type", "application/x-www-form-urlencoded");

        Assert.Equal("""{"name":null,"roles":["_admin"]}""", session.RootElement.GetProperty("userCtx").GetRawText());
        Assert.Equal("{\"ok\":true,\"name\":null,\"roles\":[\"_admin\"]}\n", login.Body);
        Assert.StartsWith("AuthSession=", login["Set-Cookie"], StringComparison.Ordinal);
        Assert.Equal("{\"ok\":true}\n", await couch.ExpectAsync(HttpStatusCode.OK, "DELETE", "/_session"));
    }

    [Theory]
    [InlineData("GET", "/_nothing", HttpStatusCode.NotFound, """{"error":"not_found","reason":"Database does not exist."}""")]
    [InlineData("POST", "/_replicate", HttpStatusCode.NotImplemented, """{"error":"not_implemented","reason":"This server does not have _replicate."}""")]
    [InlineData("GET", "/%ff", HttpStatusCode.BadRequest, """{"error":"bad_request","reason":"The path is not valid UTF-8."}""")]
    [InlineData("PUT", "/_up", HttpStatusCode.MethodNotAllowed, """{"error":"method_not_allowed","reason":"Only GET,HEAD allowed"}""")]
    [InlineData("BREW", "/shop", HttpStatusCode.MethodNotAllowed, """{"error":"method_not_allowed","reason":"Only DELETE,GET,HEAD,PUT,POST allowed"}""")]
    public async Task Request_NothingThere_SaysSo(string method, string path, HttpStatusCode status, string expected)
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync(method, path);

        Assert.Equal((status, expected + "\n"), (answer.Status, answer.Body));
        if (status == HttpStatusCode.MethodNotAllowed) Assert.Contains(answer["Allow"]!.Replace(" ", "", StringComparison.Ordinal), answer.Body, StringComparison.Ordinal);
    }

    private static async Task<string> UuidAsync(string folder)
    {
        var stores = await EngineStores.OpenAsync(folder, TimeProvider.System);
        await using var couch = await CouchClient.StartAsync(database: null, () => ServerFixture.StartAsync(stores: stores));
        using var body = JsonDocument.Parse(await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/"));
        return body.RootElement.GetProperty("uuid").GetString()!;
    }
}
