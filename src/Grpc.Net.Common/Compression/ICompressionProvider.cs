using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One way of compressing messages. Thread-safe.</summary>
public interface ICompressionProvider
{
    /// <summary>Name in the headers <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into <paramref name="stream"/>, which stays open when the returned one is disposed.</summary>
    /// <param name="stream">Where compressed bytes go.</param>
    /// <param name="compressionLevel">The level, or null for the provider's own.</param>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that reads the decompressed bytes of <paramref name="stream"/>.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
