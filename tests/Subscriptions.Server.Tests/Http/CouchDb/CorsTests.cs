using System.Net;
using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class CorsTests
{
    private const string Page = "https://app.example.org";

    [Fact]
    public async Task Request_NoOriginsSet_TellsNothing()
    {
        await using var couch = await StartAsync();

        var answer = await couch.SendAsync("GET", "/", (string?)null, "Origin", Page);
        var preflight = await PreflightAsync(couch, Page);

        Assert.Null(answer["Access-Control-Allow-Origin"]);
        Assert.Null(answer["Vary"]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.Status);
        Assert.Null(preflight["Access-Control-Allow-Origin"]);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/none")]
    [InlineData("BREW", "/")]
    public async Task Request_ListedOrigin_MaySeeTheAnswerWhateverItIs(string method, string path)
    {
        await using var couch = await StartAsync("http://localhost:8080", Page);

        var answer = await couch.SendAsync(method, path, (string?)null, "Origin", Page);

        Assert.Equal(Page, answer["Access-Control-Allow-Origin"]);
        Assert.Equal("true", answer["Access-Control-Allow-Credentials"]);
        Assert.Contains("etag", answer["Access-Control-Expose-Headers"], StringComparison.Ordinal);
        Assert.Equal("Origin", answer["Vary"]);
    }

    [Theory]
    [InlineData("https://app.example.org.evil.net")]
    [InlineData("http://app.example.org")]
    [InlineData("null")]
    public async Task Request_OtherOrigin_IsToldNothing(string origin)
    {
        await using var couch = await StartAsync(Page);

        var answer = await couch.SendAsync("GET", "/", (string?)null, "Origin", origin);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Null(answer["Access-Control-Allow-Origin"]);
        Assert.Equal("Origin", answer["Vary"]);
    }

    [Fact]
    public async Task Request_AnyOrigin_HasNoCredentials()
    {
        await using var couch = await StartAsync("*");

        var answer = await couch.SendAsync("GET", "/", (string?)null, "Origin", Page);

        Assert.Equal("*", answer["Access-Control-Allow-Origin"]);
        Assert.Null(answer["Access-Control-Allow-Credentials"]);
    }

    [Fact]
    public async Task Preflight_ListedOrigin_IsAnsweredWithoutDoingAnything()
    {
        await using var couch = await StartAsync(Page);

        var answer = await PreflightAsync(couch, Page);

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Body));
        Assert.Equal(Page, answer["Access-Control-Allow-Origin"]);
        Assert.Equal("true", answer["Access-Control-Allow-Credentials"]);
        Assert.Contains("PUT", answer["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Contains("content-type", answer["Access-Control-Allow-Headers"], StringComparison.Ordinal);
        Assert.Equal("600", answer["Access-Control-Max-Age"]);
        await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop");
    }

    // A POST to two segments is what calls of gRPC look like.
    [Theory]
    [InlineData("POST", "/")]
    [InlineData("POST", "/shop")]
    [InlineData("POST", "/shop/_bulk_docs")]
    [InlineData("POST", "/shop/_local/x")]
    [InlineData("GET", "/shop/_changes")]
    [InlineData("DELETE", "/shop/a%2Fb")]
    public async Task Preflight_AnyPlaceAndMethod_IsAnswered(string method, string path)
    {
        await using var couch = await StartAsync(Page);

        var answer = await PreflightAsync(couch, Page, method, path);

        Assert.Equal((HttpStatusCode.NoContent, Page), (answer.Status, answer["Access-Control-Allow-Origin"]));
    }

    private static Task<CouchAnswer> PreflightAsync(CouchClient couch, string origin, string method = "PUT", string path = "/shop") =>
        couch.SendAsync("OPTIONS", path, (string?)null, "Origin", origin, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "content-type");

    private static Task<CouchClient> StartAsync(params string[] origins) => CouchClient.StartAsync(
        database: null, () => ServerFixture.StartAsync(s => s with { Http = s.Http with { CorsOrigins = [.. origins] } }));
}
