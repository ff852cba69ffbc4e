using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>What a write needs to know of a document's newest stored version.</summary>
internal readonly record struct StoredVersion(long Seqno, ChangeKind Kind, Revision Revision);

/// <summary>The statements that write documents. Belongs to the writer's thread and its connection.</summary>
internal sealed class DocumentRows(SqliteConnection connection)
{
    private const string FindSql = "select seqno, kind, generation, digest from document where id = ?1";
    private const string ReadSql = $"select {ChangeRows.Columns} from change where key = ?1";
    private const string AppendSql = $"insert into change({ChangeRows.Columns}) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    private const string ArchiveSql = $"insert into archive({ChangeRows.Columns}) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    private const string PointSql = "replace into document(id, seqno, kind, generation, digest) values(?1, ?2, ?3, ?4, ?5)";
    private const string SupersedeSql = "insert into superseded(key) values(?1)";
    private const string RemoveChangeSql = "delete from change where key = ?1";
    private const string RemoveDocumentSql = "delete from document where id = ?1";
    private const string SaveFiguresSql =
        "update partition set high_seqno = ?2, purge_seqno = ?3, documents = ?4, tombstones = ?5, superseded = ?6, revisions = ?7 where partition = ?1";

    private readonly SqliteStatement _find = connection.Prepare(FindSql);
    private readonly SqliteStatement _read = connection.Prepare(ReadSql);
    private readonly SqliteStatement _append = connection.Prepare(AppendSql);
    private readonly SqliteStatement _archive = connection.Prepare(ArchiveSql);
    private readonly SqliteStatement _point = connection.Prepare(PointSql);
    private readonly SqliteStatement _supersede = connection.Prepare(SupersedeSql);
    private readonly SqliteStatement _removeChange = connection.Prepare(RemoveChangeSql);
    private readonly SqliteStatement _removeDocument = connection.Prepare(RemoveDocumentSql);
    private readonly SqliteStatement _saveFigures = connection.Prepare(SaveFiguresSql);
    private readonly byte[] _idBuffer = new byte[DocumentLimits.MaxIdBytes];

    /// <summary>The newest stored version of a document, tombstones included.</summary>
    public StoredVersion? Find(string id)
    {
        _find.Bind(1, Utf8(id));
        var version = _find.Step()
            ? new StoredVersion(_find.Int64(0), (ChangeKind)_find.Int64(1), ChangeRows.Revision(_find, 2, 3))
            : (StoredVersion?)null;
        _find.Reset();
        return version;
    }

    /// <summary>A row of the change table, with or without the content.</summary>
    public Change Read(int partition, long seqno, bool withContent)
    {
        _read.Bind(1, ChangeKey.Of(partition, seqno));
        if (!_read.Step())
            throw SqliteFaults.Corrupt(connection.Path, $"change {seqno} of partition {partition} is missing");
        var change = ChangeRows.Read(_read, CollectionName.Empty, withContent);
        _read.Reset();
        return change;
    }

    /// <summary>Appends a change and makes it its document's newest version.</summary>
    public void Append(Change change)
    {
        Insert(_append, change);

        _point.Bind(1, Utf8(change.Id));
        _point.Bind(2, change.Seqno);
        _point.Bind(3, (long)change.Kind);
        ChangeRows.Bind(_point, 4, change.Revision);
        _point.Run();
    }

    /// <summary>Writes a version that is not its document's newest to where superseded versions are kept.</summary>
    public void Archive(Change change) => Insert(_archive, change);

    /// <summary>Hides a row of the change table from readers.</summary>
    public void Supersede(int partition, long seqno)
    {
        _supersede.Bind(1, ChangeKey.Of(partition, seqno));
        _supersede.Run();
    }

    /// <summary>Removes a row of the change table.</summary>
    public void RemoveChange(long key)
    {
        _removeChange.Bind(1, key);
        _removeChange.Run();
    }

    /// <summary>Forgets a document.</summary>
    public void RemoveDocument(string id)
    {
        _removeDocument.Bind(1, Utf8(id));
        _removeDocument.Run();
    }

    /// <summary>Writes a partition's figures.</summary>
    public void Save(int partition, PartitionFigures figures)
    {
        _saveFigures.Bind(1, partition);
        _saveFigures.Bind(2, figures.HighSeqno);
        _saveFigures.Bind(3, figures.PurgeSeqno);
        _saveFigures.Bind(4, figures.Documents);
        _saveFigures.Bind(5, figures.Tombstones);
        _saveFigures.Bind(6, figures.Superseded);
        _saveFigures.Bind(7, figures.Revisions);
        _saveFigures.Run();
    }

    private void Insert(SqliteStatement insert, Change change)
    {
        insert.Bind(1, ChangeKey.Of(change.Partition, change.Seqno));
        insert.Bind(2, (long)change.Kind);
        insert.Bind(3, Utf8(change.Id));
        if (change.Collection == CollectionName.Empty) insert.BindNull(4);
        else insert.Bind(4, change.Collection);
        ChangeRows.Bind(insert, 5, change.Revision);
        insert.Bind(7, change.ChangedAt.ToUnixTimeMilliseconds());
        insert.Bind(8, change.ExpiresAt?.ToUnixTimeMilliseconds());
        if (change.IsTombstone) insert.BindNull(9);
        else insert.Bind(9, change.Content.Span);
        insert.Run();
    }

    private ReadOnlySpan<byte> Utf8(string id) => _idBuffer.AsSpan(0, Encoding.UTF8.GetBytes(id, _idBuffer));
}
