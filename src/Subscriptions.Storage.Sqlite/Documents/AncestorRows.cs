using System.Buffers.Binary;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Records which revisions were before each version. Belongs to the writer's thread and its connection.
/// </summary>
/// <remarks>
/// An update appends one small row to the end of a table: to keep a document's ancestors beside each other would have each update touch one more page, at
/// random. A document's rows are brought together in one every so many generations, so that a chain stays short and its end is cut.
/// </remarks>
internal sealed class AncestorRows(SqliteConnection connection)
{
    /// <summary>After how many generations a document's rows are packed: so many, and one packed row, is a chain at most.</summary>
    public const int PackedGenerations = 256;

    private readonly SqliteStatement _write = connection.Prepare("replace into ancestor(key, previous, digests) values(?1, ?2, ?3)");
    private readonly SqliteStatement _remove = connection.Prepare("delete from ancestor where key = ?1");
    private readonly List<long> _keys = [];

    /// <summary>Records what was before a version that the running transaction writes.</summary>
    public void Keep(PlannedChange planned)
    {
        var change = planned.Change;
        var key = ChangeKey.Of(change.Partition, change.Seqno);
        if (planned.PreviousSeqno == 0)
        {
            if (planned.History is { Ancestors.Count: > 0 } history) Write(key, previous: null, Newest(history.Ancestors));
            return;
        }

        var previous = ChangeKey.Of(change.Partition, planned.PreviousSeqno);
        if (planned.History is null) Follow(key, planned.PreviousRevision, previous);
        else KeepHistory(key, planned.History, planned.PreviousRevision, previous);

        if (change.Revision.Generation / PackedGenerations > planned.PreviousRevision.Generation / PackedGenerations) Pack(key);
    }

    /// <summary>Records all that was before a version at once.</summary>
    /// <param name="key">The version's key.</param>
    /// <param name="digests">Newest first.</param>
    public void Write(long key, IReadOnlyList<UInt128> digests) => Write(key, previous: null, Newest(digests));

    /// <summary>Forgets what was before a version.</summary>
    /// <returns>How many rows were removed.</returns>
    public int Remove(long key)
    {
        _keys.Clear();
        AncestorChain.Read(connection, key, int.MaxValue, _keys);
        foreach (var row in _keys) Run(_remove, row);
        return _keys.Count;
    }

    private void Follow(long key, Revision previous, long previousKey)
    {
        Span<byte> digest = stackalloc byte[AncestorChain.DigestBytes];
        BinaryPrimitives.WriteUInt128BigEndian(digest, previous.Digest);

        // A first generation has no row of its own; that its key is known tells a rewind which version was before this one.
        Write(key, previousKey, digest);
    }

    private void KeepHistory(long key, RevisionHistory history, Revision previous, long previousKey)
    {
        var known = new RevisionHistory(previous, AncestorChain.Read(connection, previousKey, RevisionHistory.MaxAncestors));
        if (history.ReachesBeyond(known))
        {
            Remove(previousKey);
            Write(key, previous: null, Newest(history.Ancestors));
            return;
        }

        Write(key, previousKey, Newest([.. history.NewerThan(known), previous.Digest]));
    }

    private void Pack(long key)
    {
        _keys.Clear();
        var digests = AncestorChain.Read(connection, key, int.MaxValue, _keys);
        foreach (var row in _keys.Skip(1)) Run(_remove, row);
        Write(key, previous: null, Newest(digests));
    }

    private static IReadOnlyList<UInt128> Newest(IReadOnlyList<UInt128> digests) =>
        digests.Count <= RevisionHistory.MaxAncestors ? digests : [.. digests.Take(RevisionHistory.MaxAncestors)];

    private void Write(long key, long? previous, IReadOnlyList<UInt128> digests)
    {
        var bytes = new byte[digests.Count * AncestorChain.DigestBytes];
        for (var i = 0; i < digests.Count; i++)
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(i * AncestorChain.DigestBytes), digests[i]);
        Write(key, previous, bytes);
    }

    private void Write(long key, long? previous, ReadOnlySpan<byte> digests)
    {
        _write.Bind(1, key);
        _write.Bind(2, previous);
        _write.Bind(3, digests);
        _write.Run();
    }

    private static void Run(SqliteStatement statement, long key)
    {
        statement.Bind(1, key);
        statement.Run();
    }
}
