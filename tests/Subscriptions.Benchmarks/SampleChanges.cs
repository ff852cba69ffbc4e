using System.Globalization;
using System.Text;
using Subscriptions.Core.Documents;

namespace Subscriptions.Benchmarks;

/// <summary>Documents like those of <c>subs bench</c>: JSON objects of 200 bytes.</summary>
internal static class SampleChanges
{
    public const string Collection = "Orders";

    /// <summary>What each document contains.</summary>
    public static byte[] Content { get; } = Encoding.UTF8.GetBytes(
        $$"""{"Company":"companies/11","ShipVia":"shippers/2","Lines":[{"Product":"products/7","Quantity":12,"Price":34.8}],"Note":"{{new string('y', 79)}}"}""");

    /// <summary>So many writes of documents of their own.</summary>
    public static DocumentWrite[] Writes(int count) => [.. Enumerable.Range(1, count).Select(number => new DocumentWrite
    {
        Kind = WriteKind.Put,
        Id = IdOf(number),
        Collection = Collection,
        Content = Content,
    })];

    /// <summary>So many changes as a store would read them.</summary>
    public static Change[] Changes(int count) => [.. Enumerable.Range(1, count).Select(number => new Change
    {
        Id = IdOf(number),
        Collection = Collection,
        Partition = 0,
        Seqno = number,
        Revision = new Revision(1, new UInt128(0x0123_4567_89ab_cdef, (ulong)number)),
        Kind = ChangeKind.Put,
        Content = Content,
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000),
    })];

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"orders/{number}");
}
