using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>How a body was packed by the client: not at all, or with gzip, as some clients of CouchDB do without being asked.</summary>
internal static class ContentEncoding
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>Whether a request's body is packed with gzip.</summary>
    /// <exception cref="CouchException">It is packed otherwise.</exception>
    public static bool IsGzip(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is not [{ Length: > 0 } encoding, ..] || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return false;
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)) return true;
        throw new CouchException(
            StatusCodes.Status415UnsupportedMediaType,
            "bad_content_encoding",
            $"Content-Encoding {encoding} is not supported; send the body as it is, or with gzip.");
    }

    /// <summary>Unpacks a body. Memory grows with what comes out, and no further than the limit.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="maxBytes">The largest that it may become.</param>
    /// <exception cref="CouchException">It becomes larger than that, or is not gzip.</exception>
    public static ArrayBufferWriter<byte> Unpack(ReadOnlyMemory<byte> body, int maxBytes)
    {
        var unpacked = new ArrayBufferWriter<byte>(PieceBytes);
        if (!MemoryMarshal.TryGetArray(body, out var packed)) throw new ArgumentException("The body is not on the heap.", nameof(body));
        using var gzip = new GZipStream(new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false), CompressionMode.Decompress);
        try
        {
            while (gzip.Read(unpacked.GetSpan(PieceBytes)) is var count and > 0)
            {
                unpacked.Advance(count);
                if (unpacked.WrittenCount > maxBytes) throw CouchException.TooLarge();
            }
        }
        catch (InvalidDataException)
        {
            throw CouchException.BadRequest("Content-Encoding is gzip, and the body is not.");
        }

        return unpacked;
    }
}
