using System.Buffers;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>Reads the bodies of requests.</summary>
internal static class CouchBody
{
    /// <summary>The depth up to which bodies are read. How deep a document may be is said where it is checked, with the limit.</summary>
    public const int AnyDepth = int.MaxValue;

    // What is still taken of a body that is refused, within the network's time for that: a client that is cut off while it sends would not see why.
    private const int MostIgnoredBytes = 64 * 1024 * 1024;

    private const int FirstBytes = 4096;

    /// <summary>The whole body. Memory grows with what has come, not with what was announced.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">The largest body (Limits:HttpBodyBytes).</param>
    /// <returns>Bytes that are nobody else's.</returns>
    /// <exception cref="CouchException">It is larger than that, also when it is unpacked, packed with anything but gzip, or not UTF-8.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int maxBytes)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = Math.Max(MostIgnoredBytes, maxBytes);
        if (request.ContentLength > maxBytes) throw CouchException.TooLarge();
        var isPacked = ContentEncoding.IsGzip(request);
        var body = new ArrayBufferWriter<byte>(FirstBytes);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(context.RequestAborted);
            foreach (var part in read.Buffer) body.Write(part.Span);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (body.WrittenCount > maxBytes) throw CouchException.TooLarge();
            if (read.IsCompleted) break;
        }

        if (isPacked) body = ContentEncoding.Unpack(body.WrittenMemory, maxBytes);
        return Utf8.IsValid(body.WrittenSpan) ? body.WrittenMemory : throw CouchException.InvalidJson();
    }
}
