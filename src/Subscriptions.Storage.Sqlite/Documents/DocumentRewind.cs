using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Undoes the changes of a partition above a seqno, inside a transaction on a file that nobody else has open.</summary>
internal sealed class DocumentRewind
{
    // Where new tombstones are until the keys that they get are free: no database has a partition of this number.
    private const int Aside = DatabaseLimits.MaxPartitions;

    private readonly SqliteConnection _connection;
    private readonly PartitionLedger _ledger;
    private readonly PartitionRewind _rewind;
    private readonly RevisionSettings _settings;
    private readonly DocumentRows _rows;
    private readonly AncestorRows _ancestors;
    private readonly DateTimeOffset _now;
    private readonly long _last;
    private readonly long _end;
    private PartitionFigures _figures;

    private DocumentRewind(SqliteConnection connection, PartitionLedger ledger, PartitionRewind rewind, DateTimeOffset now)
    {
        _connection = connection;
        _ledger = ledger;
        _rewind = rewind;
        _settings = RevisionSettingRows.Read(connection);
        _rows = new DocumentRows(connection);
        _ancestors = new AncestorRows(connection);
        _now = now;
        _last = ChangeKey.Of(rewind.Partition, rewind.Seqno);
        _end = ChangeKey.Of(rewind.Partition + 1, 0);
        _figures = ledger.Figures;
    }

    /// <summary>Carries it out, or finds that it cannot be done and changes nothing.</summary>
    public static RewindResult Run(SqliteConnection connection, PartitionRewind rewind, DateTimeOffset now)
    {
        var ledger = DatabaseRows.ReadPartitions(connection)[rewind.Partition];
        if (rewind.Check(ledger.State) is { } refused) return refused;

        var documents = new RewindSearch(connection, ledger, rewind.Seqno).Find();
        var unknown = documents.Where(d => d.Then == RewoundDocument.Unknown).ToList();
        if (unknown.Count > 0 && !rewind.DeletesUnknown) return new RewindResult.Unknown(unknown.Count, unknown[0].Id);

        return new DocumentRewind(connection, ledger, rewind, now).Run(documents, unknown);
    }

    private RewindResult.Done Run(List<RewoundDocument> documents, List<RewoundDocument> unknown)
    {
        var (restored, removed) = (0L, 0L);
        foreach (var document in documents)
        {
            Count(document.Kind, -1);
            if (document.Then == RewoundDocument.Gone)
            {
                _rows.RemoveDocument(document.Id);
                removed++;
            }
            else if (document.Then != RewoundDocument.Unknown)
            {
                Restore(document);
                restored++;
            }
        }

        for (var i = 0; i < unknown.Count; i++) WriteTombstone(unknown[i], i + 1);
        RemoveChanges();
        if (unknown.Count > 0) BringBack();

        Execute("update partition set trimmed_seqno = min(trimmed_seqno, ?2) where partition = ?1", _rewind.Partition, _rewind.Seqno);
        _rows.Save(_rewind.Partition, _figures with { HighSeqno = _rewind.Seqno + unknown.Count });
        DatabaseRows.Branch(_connection, _ledger.State, _rewind.Seqno);
        return new RewindResult.Done(restored, removed, unknown.Count);
    }

    private void Restore(RewoundDocument document)
    {
        var isInTable = Execute("delete from superseded where key = ?1", document.Then) > 0;
        if (isInTable) _figures = _figures with { Superseded = _figures.Superseded - 1 };
        else MoveFromArchive(document.Then);

        Execute("replace into document(id, seqno, kind, generation, digest) select id, ?2, kind, generation, digest from change where key = ?1", document.Then, ChangeKey.Seqno(document.Then));
        var version = _rows.Read(_rewind.Partition, ChangeKey.Seqno(document.Then), withContent: false);
        Count(version.Kind, 1);

        // Later versions may have taken the rows of its ancestors into their own.
        var newer = (int)Math.Min(document.Generation - version.Revision.Generation, int.MaxValue);
        var known = AncestorChain.Read(_connection, document.Newest, int.MaxValue);
        if (known.Count > newer && AncestorChain.Read(_connection, document.Then, 1).Count == 0) _ancestors.Write(document.Then, known[newer..]);
    }

    private void MoveFromArchive(long key)
    {
        Execute($"insert into change({ChangeRows.Columns}) select {ChangeRows.Columns} from archive where key = ?1", key);
        Execute("delete from archive where key = ?1", key);
    }

    private void WriteTombstone(RewoundDocument document, int number)
    {
        var newest = _rows.Read(_rewind.Partition, ChangeKey.Seqno(document.Newest), withContent: false);
        var tombstone = new Change
        {
            Id = newest.Id,
            Collection = newest.Collection,
            Partition = Aside,
            Seqno = number,
            Revision = Revision.Next(newest.Revision, deleted: true, default),
            Kind = ChangeKind.Delete,
            ChangedAt = _now,
        };
        _rows.Append(tombstone);
        _ancestors.Write(ChangeKey.Of(Aside, number), [newest.Revision.Digest, .. AncestorChain.Read(_connection, document.Newest, RevisionHistory.MaxAncestors - 1)]);
        Execute("update document set seqno = seqno + ?2 where id = cast(?1 as blob)", tombstone.Id, _rewind.Seqno);
        Count(ChangeKind.Delete, 1);
        if (!_settings.Keeps(tombstone.Collection)) return;

        Keep(tombstone);
        _figures = _figures with { Revisions = _figures.Revisions + 1 };
    }

    // The versions of then are not known, so that the deletion is kept without one before it.
    private void Keep(Change tombstone)
    {
        var insert = _connection.Prepare(
            """
            insert into revision(key, id, collection, kind, ordinal, generation, changed_at, previous, is_base)
            select ?1, ?2, ?3, ?4, 1 + coalesce(max(ordinal), 0), ?5, ?6, null, 0 from revision where id = ?2 and key <= ?7
            """);
        insert.Bind(1, ChangeKey.Of(Aside, tombstone.Seqno));
        insert.Bind(2, Encoding.UTF8.GetBytes(tombstone.Id));
        insert.Bind(3, tombstone.Collection);
        insert.Bind(4, (long)tombstone.Kind);
        insert.Bind(5, tombstone.Revision.Generation);
        insert.Bind(6, tombstone.ChangedAt.ToUnixTimeMilliseconds());
        insert.Bind(7, _last);
        insert.Run();
    }

    private void RemoveChanges()
    {
        const string Range = "where key > ?1 and key < ?2";
        var superseded = Execute($"delete from superseded {Range}", _last, _end);
        var revisions = Execute($"delete from revision {Range} and is_base = 0", _last, _end);
        foreach (var table in (ReadOnlySpan<string>)["change", "revision", "archive", "ancestor"]) Execute($"delete from {table} {Range}", _last, _end);
        _figures = _figures with { Superseded = _figures.Superseded - superseded, Revisions = _figures.Revisions - revisions };
    }

    private void BringBack()
    {
        foreach (var table in (ReadOnlySpan<string>)["change", "revision", "ancestor"])
            Execute($"update {table} set key = key - ?1 + ?2 where key > ?1", ChangeKey.Of(Aside, 0), _last);
    }

    private void Count(ChangeKind kind, int change) => _figures = kind == ChangeKind.Put
        ? _figures with { Documents = _figures.Documents + change }
        : _figures with { Tombstones = _figures.Tombstones + change };

    private int Execute(string sql, long first, long? second = null)
    {
        var statement = _connection.Prepare(sql);
        statement.Bind(1, first);
        if (second is { } value) statement.Bind(2, value);
        statement.Run();
        return _connection.Changes;
    }

    private void Execute(string sql, string first, long second)
    {
        var statement = _connection.Prepare(sql);
        statement.Bind(1, first);
        statement.Bind(2, second);
        statement.Run();
    }
}
