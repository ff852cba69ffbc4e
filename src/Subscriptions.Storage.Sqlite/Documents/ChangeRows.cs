using System.Buffers.Binary;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>How a row of the change table becomes a <see cref="Change"/>.</summary>
internal static class ChangeRows
{
    /// <summary>The columns, in the order in which they are read. Content is last: reading past it costs nothing when it is not asked for.</summary>
    public const string Columns = "key, kind, id, collection, generation, digest, changed_at, expires_at, content";

    private const int KeyColumn = 0;
    private const int KindColumn = 1;
    private const int IdColumn = 2;
    private const int CollectionColumn = 3;
    private const int GenerationColumn = 4;
    private const int DigestColumn = 5;
    private const int ChangedAtColumn = 6;
    private const int ExpiresAtColumn = 7;
    private const int ContentColumn = 8;

    /// <summary>The row's key.</summary>
    public static long Key(SqliteStatement row) => row.Int64(KeyColumn);

    /// <summary>The row as a change.</summary>
    /// <param name="row">A statement that stands on a row of <see cref="Columns"/>.</param>
    /// <param name="likely">A collection that the row is likely to be in; saves making its name again.</param>
    /// <param name="withContent">Whether the content is wanted.</param>
    /// <param name="previous">The version before.</param>
    public static Change Read(SqliteStatement row, string likely, bool withContent = true, PreviousVersion? previous = null)
    {
        var key = row.Int64(KeyColumn);
        var expiresAt = row.IsNull(ExpiresAtColumn) ? (DateTimeOffset?)null : Time(row.Int64(ExpiresAtColumn));
        return new Change
        {
            Id = Encoding.UTF8.GetString(row.Blob(IdColumn)),
            Collection = Collection(row.Blob(CollectionColumn), likely),
            Partition = ChangeKey.Partition(key),
            Seqno = ChangeKey.Seqno(key),
            Revision = Revision(row, GenerationColumn, DigestColumn),
            Kind = (ChangeKind)row.Int64(KindColumn),
            Content = withContent ? row.Blob(ContentColumn).ToArray() : default,
            ExpiresAt = expiresAt,
            ChangedAt = Time(row.Int64(ChangedAtColumn)),
            Previous = previous,
        };
    }

    /// <summary>The row as the version before another; null when it is a tombstone: there was no document then.</summary>
    public static PreviousVersion? ReadPrevious(SqliteStatement row) => (ChangeKind)row.Int64(KindColumn) == ChangeKind.Put
        ? new PreviousVersion(Revision(row, GenerationColumn, DigestColumn), row.Blob(ContentColumn).ToArray())
        : null;

    /// <summary>The row as a version without its content.</summary>
    public static RevisionInfo ReadInfo(SqliteStatement row) => new(
        Revision(row, GenerationColumn, DigestColumn),
        ChangeKey.Seqno(row.Int64(KeyColumn)),
        (ChangeKind)row.Int64(KindColumn),
        Collection(row.Blob(CollectionColumn), CollectionName.Empty),
        Time(row.Int64(ChangedAtColumn)),
        row.Blob(ContentColumn).Length);

    /// <summary>A revision from its two columns.</summary>
    public static Revision Revision(SqliteStatement row, int generation, int digest) =>
        new(row.Int64(generation), BinaryPrimitives.ReadUInt128BigEndian(row.Blob(digest)));

    /// <summary>Binds a revision to two parameters, one behind the other.</summary>
    public static void Bind(SqliteStatement statement, int generation, Revision revision)
    {
        Span<byte> digest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(digest, revision.Digest);
        statement.Bind(generation, revision.Generation);
        statement.Bind(generation + 1, digest);
    }

    /// <summary>A time as it is stored.</summary>
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string Collection(ReadOnlySpan<byte> stored, string likely)
    {
        if (stored.IsEmpty) return CollectionName.Empty;
        return Ascii.Equals(stored, likely) ? likely : Encoding.UTF8.GetString(stored);
    }
}
