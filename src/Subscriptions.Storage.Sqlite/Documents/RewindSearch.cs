using System.Buffers.Binary;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Finds, for each document of a partition that was changed above a seqno, the version that it had then. Only what is proven counts: that an older version is still
/// there does not mean that it was the newest at the time, because compaction may have taken one that came between.
/// </summary>
/// <remarks>
/// The rows of ancestors lead from a version to the key of the one before it. Where they were packed, or are from before that was recorded, they tell the
/// revision of the one before, and a version with that revision is looked for.
/// </remarks>
internal sealed class RewindSearch(SqliteConnection connection, PartitionLedger ledger, long seqno)
{
    private const string ChangedSql =
        """
        select key, kind, id, generation from change
        where key > ?1 and key < ?2 and not exists (select 1 from superseded where superseded.key = change.key) order by key
        """;

    private const string SupersededSql =
        "select change.key, id, generation, digest from superseded join change on change.key = superseded.key where superseded.key > ?1 and superseded.key <= ?2";

    private const string HasBodySql = "select exists (select 1 from change where key = ?1) or exists (select 1 from archive where key = ?1)";
    private const string AncestorSql = "select previous, digests from ancestor where key = ?1";
    private const string PreviousKeptSql = "select previous from revision where key = ?1";
    private const string GenerationSql = "select generation from revision where key = ?1";
    private const string KeptSql = "select key from revision where id = ?1 and key <= ?2 and generation = ?3 order by key desc limit 1";
    private const string DigestSql =
        "select digest from change where key = ?1 union all select digest from archive where key = ?1 limit 1";

    private readonly long _last = ChangeKey.Of(ledger.Partition, seqno);
    private readonly Dictionary<string, (int Index, Revision Revision)> _sought = new(StringComparer.Ordinal);

    /// <summary>Finds all of them, by the keys of their newest versions.</summary>
    public List<RewoundDocument> Find()
    {
        var documents = ReadChanged();
        for (var i = 0; i < documents.Count; i++) documents[i] = documents[i] with { Then = FindThen(documents[i], i) };
        if (_sought.Count > 0) FindSuperseded(documents);
        return documents;
    }

    private List<RewoundDocument> ReadChanged()
    {
        var documents = new List<RewoundDocument>();
        var changed = connection.Prepare(ChangedSql);
        changed.Bind(1, _last);
        changed.Bind(2, ChangeKey.Of(ledger.Partition + 1, 0));
        while (changed.Step())
        {
            documents.Add(new RewoundDocument(
                Encoding.UTF8.GetString(changed.Blob(2)), changed.Int64(0), (ChangeKind)changed.Int64(1), changed.Int64(3), RewoundDocument.Unknown));
        }

        changed.Reset();
        return documents;
    }

    private long FindThen(RewoundDocument document, int index)
    {
        if (seqno == 0) return RewoundDocument.Gone;

        var (at, generation) = (document.Newest, document.Generation);
        while (at > _last)
        {
            if (ReadAncestor(at) is not { } ancestor)
            {
                // The document's first version, or one from before ancestors were recorded.
                if (generation == 1) return RewoundDocument.Gone;
                if (ReadNumber(PreviousKeptSql, at) is not { } kept) return RewoundDocument.Unknown;
                (at, generation) = (kept, ReadNumber(GenerationSql, kept) ?? 0);
            }
            else if (ancestor.Previous is { } previous)
            {
                (at, generation) = (previous, generation - ancestor.Count);
            }
            else
            {
                return FindKept(document.Id, new Revision(generation - 1, ancestor.Newest), index);
            }
        }

        return ReadNumber(HasBodySql, at) == 1 ? at : RewoundDocument.Unknown;
    }

    private long FindKept(string id, Revision revision, int index)
    {
        var find = connection.Prepare(KeptSql);
        find.Bind(1, Encoding.UTF8.GetBytes(id));
        find.Bind(2, _last);
        find.Bind(3, revision.Generation);
        var key = find.Step() ? find.Int64(0) : (long?)null;
        find.Reset();
        if (key is { } kept && ReadDigest(kept) == revision.Digest) return kept;

        _sought[id] = (index, revision);
        return RewoundDocument.Unknown;
    }

    // What is older than a purge can be of a document of the same id that was purged.
    private void FindSuperseded(List<RewoundDocument> documents)
    {
        var superseded = connection.Prepare(SupersededSql);
        superseded.Bind(1, ChangeKey.Of(ledger.Partition, ledger.Figures.PurgeSeqno));
        superseded.Bind(2, _last);
        while (superseded.Step())
        {
            var isSought = _sought.TryGetValue(Encoding.UTF8.GetString(superseded.Blob(1)), out var sought);
            if (isSought && ChangeRows.Revision(superseded, 2, 3) == sought.Revision)
                documents[sought.Index] = documents[sought.Index] with { Then = superseded.Int64(0) };
        }

        superseded.Reset();
    }

    private (long? Previous, UInt128 Newest, int Count)? ReadAncestor(long key)
    {
        var read = connection.Prepare(AncestorSql);
        read.Bind(1, key);
        (long?, UInt128, int)? ancestor = null;
        if (read.Step())
        {
            var digests = read.Blob(1);
            if (digests.Length >= AncestorChain.DigestBytes)
                ancestor = (read.IsNull(0) ? null : read.Int64(0), BinaryPrimitives.ReadUInt128BigEndian(digests), digests.Length / AncestorChain.DigestBytes);
        }

        read.Reset();
        if (ancestor is { Item1: { } previous } && previous >= key)
            throw SqliteFaults.Corrupt(connection.Path, $"the ancestors of change {key} lead to themselves");
        return ancestor;
    }

    private long? ReadNumber(string sql, long key)
    {
        var read = connection.Prepare(sql);
        read.Bind(1, key);
        var number = read.Step() && !read.IsNull(0) ? read.Int64(0) : (long?)null;
        read.Reset();
        return number;
    }

    private UInt128? ReadDigest(long key)
    {
        var read = connection.Prepare(DigestSql);
        read.Bind(1, key);
        var digest = read.Step() ? BinaryPrimitives.ReadUInt128BigEndian(read.Blob(0)) : (UInt128?)null;
        read.Reset();
        return digest;
    }
}
