using System.Buffers.Binary;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Reads the revisions before a version: row by row, each of which tells where the one before it is.</summary>
internal static class AncestorChain
{
    public const int DigestBytes = 16;

    private const string ReadSql = "select previous, digests from ancestor where key = ?1";

    /// <summary>The digests, newest first.</summary>
    /// <param name="connection">Of a reader, inside its snapshot, or of the writer.</param>
    /// <param name="key">The version's key.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="keys">Is given the keys of the rows that were read, newest first.</param>
    public static List<UInt128> Read(SqliteConnection connection, long key, int max, List<long>? keys = null)
    {
        var digests = new List<UInt128>();
        var read = connection.Prepare(ReadSql);
        for (long? next = key; next is { } at && digests.Count < max;)
        {
            read.Bind(1, at);

            // No row is there when the version before was the document's first, or is from before ancestors were recorded.
            var isFound = read.Step();
            if (isFound)
            {
                keys?.Add(at);
                Add(read.Blob(1), max, digests);
            }

            next = isFound && !read.IsNull(0) ? read.Int64(0) : null;
            read.Reset();
            if (next >= at) throw SqliteFaults.Corrupt(connection.Path, $"the ancestors of change {at} lead to themselves");
        }

        return digests;
    }

    private static void Add(ReadOnlySpan<byte> stored, int max, List<UInt128> digests)
    {
        for (; stored.Length >= DigestBytes && digests.Count < max; stored = stored[DigestBytes..])
            digests.Add(BinaryPrimitives.ReadUInt128BigEndian(stored));
    }
}
