using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Subscriptions.Server.Telemetry;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class MetricsPageTests
{
    [Fact]
    public async Task Get_RunningServer_IsTheFormatAndHasProcessRuntimeAndNetwork()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");

        using var response = await server.GetAsync("/metrics");
        var page = ExpositionParser.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.InRange(page["process_resident_memory_bytes"], 1e6, 1e11);
        Assert.InRange(page["process_cpu_seconds_total"], 0.01, 1e6);
        Assert.InRange(page["process_start_time_seconds"], 1.7e9, 1e10);
        Assert.Equal(1, page["subscriptions_build_info", "version=" + ServerTelemetry.Version]);
        Assert.True(page["dotnet_gc_last_collection_heap_size_bytes"] >= 0);
        Assert.NotNull(page.Find("dotnet_gc_collections_total"));
        Assert.True(page["kestrel_active_connections"] >= 1);
        Assert.True(page["http_server_request_duration_seconds_count", "http_route=/subscriptions.v1.DocumentService/Write"] >= 1);
        Assert.All(page.Families, f => Assert.False(string.IsNullOrEmpty(f.Help), f.Name));
    }

    [Fact]
    public async Task Head_RunningServer_HasTheHeadersOnly()
    {
        await using var server = await ServerFixture.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Head);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Request_OtherMethod_IsRefusedAndSaysWhichAreNot(string method)
    {
        await using var server = await ServerFixture.StartAsync();

        using var response = await SendAsync(server, new HttpMethod(method));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Get_ManyAtOnce_AllGetWholePages()
    {
        await using var server = await ServerFixture.StartAsync();

        var pages = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadAsync(server))).Within();

        Assert.All(pages, page => Assert.NotNull(page.Find("subscriptions_build_info")));
    }

    [Fact]
    public async Task Get_AskersLeave_OthersAreServedAndNothingIsLogged()
    {
        await using var server = await ServerFixture.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Server.Http.Port), TestContext.Current.CancellationToken);
            await socket.SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        // More than are answered at once: each that leaves makes room.
        Assert.NotNull((await ReadAsync(server)).Find("subscriptions_build_info"));
        await server.StopAsync();
        Assert.DoesNotContain(server.Log.Entries, e => e.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Get_TwoServersInOneProcess_EachTellsOfItself()
    {
        await using var busy = await ServerFixture.StartAsync();
        await using var idle = await ServerFixture.StartAsync();
        await busy.SetUpShopAsync();

        Assert.True((await ReadAsync(busy))["http_server_request_duration_seconds_count", "http_request_method=POST"] >= 2);
        Assert.Null((await ReadAsync(idle)).TryGet("http_server_request_duration_seconds_count", "http_request_method=POST"));
    }

    [Fact]
    public async Task Get_Again_IsInTheSameOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await ReadAsync(server);

        var first = await ReadAsync(server);
        var second = await ReadAsync(server);

        Assert.Subset(second.Families.Select(f => f.Name).ToHashSet(), first.Families.Select(f => f.Name).ToHashSet());
        Assert.Equal(first.Families.Select(f => f.Name).Order(StringComparer.Ordinal), first.Families.Select(f => f.Name));
    }

    [Fact]
    public async Task Get_StrangersPathsAndMethods_DoNotMakeThePageGrow()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.GetAsync("/nothing/here");
        var before = (await ReadAsync(server)).Find("http_server_request_duration_seconds")!.Samples.Count;
        for (var i = 0; i < 50; i++)
        {
            using var path = await server.GetAsync($"/nothing/{i}");
            using var method = await SendAsync(server, new HttpMethod("X" + i));
        }

        var after = (await ReadAsync(server)).Find("http_server_request_duration_seconds")!.Samples.Count;

        // One more set of buckets for the page itself, one for unknown methods.
        Assert.InRange(after, before, before + 40);
    }

    internal static async Task<ExpositionPage> ReadAsync(ServerFixture server)
    {
        using var response = await server.GetAsync("/metrics");
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken).Within();
        return ExpositionParser.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerFixture server, HttpMethod method)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(server.Server.Http, "/metrics"));
        return await client.SendAsync(request, TestContext.Current.CancellationToken).Within();
    }
}
