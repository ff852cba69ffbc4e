using System.IO.Compression;
using System.Net;
using System.Text;
using Xunit;

namespace Subscriptions.Server.Tests.Http.CouchDb;

public sealed class PackedBodyTests
{
    private const string Document = """{"_id":"a","text":"ü"}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    public async Task Request_BodyInGzip_IsUnpacked(string encoding)
    {
        await using var couch = await CouchClient.StartAsync();

        var one = await couch.SendAsync("POST", "/shop", Pack(Document), "Content-Encoding", encoding);
        var many = await couch.SendAsync("POST", "/shop/_bulk_docs", Pack("""{"docs":[{"_id":"b"}]}"""), "Content-Encoding", encoding);
        var feed = await couch.SendAsync("POST", "/shop/_changes?filter=_doc_ids", Pack("""{"doc_ids":["b"]}"""), "Content-Encoding", encoding);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (one.Status, many.Status));
        Assert.Contains("\"text\":\"ü\"", await couch.ExpectAsync(HttpStatusCode.OK, "GET", "/shop/a"), StringComparison.Ordinal);
        Assert.Contains("\"id\":\"b\"", feed.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":\"a\"", feed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_BodyThatUnpacksBeyondTheLimit_IsRefusedAsTooLarge()
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync("POST", "/shop", Pack(Document + new string(' ', 9 * 1024 * 1024)), "Content-Encoding", "gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("\"error\":\"too_large\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "text")]
    [InlineData(12, "half")]
    [InlineData(0, "")]
    public async Task Request_BodyThatIsNotWholeGzip_IsRefused(int kept, string rest)
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync("POST", "/shop", [.. Pack(Document)[..kept], .. Encoding.ASCII.GetBytes(rest)], "Content-Encoding", "gzip");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await couch.ExpectAsync(HttpStatusCode.NotFound, "GET", "/shop/a");
    }

    [Fact]
    public async Task Request_BodyPackedOtherwise_IsRefusedByName()
    {
        await using var couch = await CouchClient.StartAsync();

        var answer = await couch.SendAsync("POST", "/shop", "{}", "Content-Encoding", "br");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Contains("Content-Encoding br is not supported", answer.Body, StringComparison.Ordinal);
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
