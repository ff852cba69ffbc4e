using System.Net;
using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Hosting;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz/live", """{"status":"live"}""")]
    [InlineData("/healthz/ready", """{"status":"ready"}""")]
    public async Task Get_Probe_AnswersWhileServing(string path, string expected)
    {
        await using var server = await ServerFixture.StartAsync();

        using var response = await server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await response.Content.ReadAsStringAsync(Cancelled)).Trim());
        Assert.Empty(response.Headers.Server);
    }

    [Theory]
    [InlineData("/nothing/here?x=1")]
    [InlineData("/_nothing")]
    [InlineData("/healthz")]
    [InlineData("/subscriptions.v1.DocumentService/Write")]
    public async Task Get_NothingThere_IsACleanNotFound(string path)
    {
        await using var server = await ServerFixture.StartAsync();

        using var response = await server.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"not_found\"", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }
}
