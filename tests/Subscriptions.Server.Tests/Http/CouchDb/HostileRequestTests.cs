using System.Net;
using System.Net.Sockets;
using System.Text;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class HostileRequestTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /shop/a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /shop/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 501)]
    [InlineData("GET /shop/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET http://x/shop HTTP/1.1\r\nHost: x\r\n\r\n", 200)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("PUT /shop/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("PUT /shop/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("PUT /shop/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413)]
    [InlineData("PUT /shop/a HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", 415)]
    [InlineData("PUT /shop/a HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 400)]
    public async Task Request_Raw_IsAnsweredWithAStatus(string request, int expected)
    {
        await using var couch = await CouchClient.StartAsync();

        Assert.Equal(expected, await SendRawAsync(couch, Encoding.ASCII.GetBytes(request)));
        await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop");
    }

    [Fact]
    public async Task Request_TooLongLineOrHeaders_IsRefused()
    {
        await using var couch = await CouchClient.StartAsync();
        var filler = new string('x', 100_000);

        Assert.Equal(414, await SendRawAsync(couch, Encoding.ASCII.GetBytes($"GET /shop/{filler} HTTP/1.1\r\nHost: x\r\n\r\n")));
        Assert.Equal(431, await SendRawAsync(couch, Encoding.ASCII.GetBytes($"GET /shop HTTP/1.1\r\nHost: x\r\nX-Filler: {filler}\r\n\r\n")));
        await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop");
    }

    [Fact]
    public async Task Body_LeftUnfinished_KeepsNobodyElse()
    {
        await using var couch = await CouchClient.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(couch.Fixture.Server.Http.Host, couch.Fixture.Server.Http.Port, Cancelled).AsTask().Within();
        await client.GetStream().WriteAsync("PUT /shop/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"a\":"u8.ToArray(), Cancelled);

        await couch.PutAsync("fast");
        client.Close();

        await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/slow");
    }

    private static async Task<int> SendRawAsync(CouchClient couch, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(couch.Fixture.Server.Http.Host, couch.Fixture.Server.Http.Port, Cancelled).AsTask().Within();
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(request, Cancelled).AsTask().Within();
        }
        catch (IOException)
        {
            // The server has seen enough, and answered.
        }

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(Cancelled).AsTask().Within();
        return int.Parse(line!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
