using System.Globalization;
using Google.Protobuf;
using Wire = Subscriptions.V1;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>The documents that are written: JSON objects of exactly one size, all in one collection, with ids of their own.</summary>
internal sealed class SampleDocuments
{
    /// <summary>Their collection.</summary>
    public const string Collection = "Orders";

    /// <summary>The query that delivers all of them.</summary>
    public const string Query = $"from {Collection}";

    private const string Beginning = "{\"Company\":\"companies/11\",\"ShipVia\":\"shippers/2\",\"Note\":\"";
    private const string End = "\"}";

    private readonly ByteString _content;

    public SampleDocuments(int size)
    {
        _content = ByteString.CopyFromUtf8(string.Concat(Beginning, new string('y', size - Beginning.Length - End.Length), End));
        Size = size;
    }

    /// <summary>How long each document's content is, in bytes.</summary>
    public int Size { get; }

    /// <summary>The content of every one.</summary>
    public ReadOnlyMemory<byte> Content => _content.Memory;

    /// <summary>The id of a document.</summary>
    public static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"orders/{number}");

    /// <summary>Writes a document.</summary>
    public Wire.WriteOperation Put(long number) =>
        new() { Id = IdOf(number), Put = new Wire.PutAction { Content = _content, Collection = Collection } };
}
