using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Reads documents and changes; called inside a read transaction, which is the snapshot.</summary>
internal static class DocumentReader
{
    private const int RowsBetweenChecks = 1024;

    private const string FindSql = "select seqno from document where id = ?1";
    private const string FindRevisionSql = "select seqno, kind, generation, digest from document where id = ?1";
    private const string ReadSql = $"select {ChangeRows.Columns} from change where key = ?1";
    private const string HeadSql = "select high_seqno, superseded from partition where partition = ?1";
    private const string ScanSql = $"select {ChangeRows.Columns} from change where key > ?1 and key <= ?2 order by key";
    private const string SupersededSql = "select key from superseded where key > ?1 and key <= ?2 order by key";

    /// <summary>The newest version of a document.</summary>
    public static Change? Get(SqliteConnection connection, (string Id, int Partition) document)
    {
        var find = connection.Prepare(FindSql);
        find.Bind(1, Encoding.UTF8.GetBytes(document.Id));
        if (!find.Step()) return null;

        var read = connection.Prepare(ReadSql);
        read.Bind(1, ChangeKey.Of(document.Partition, find.Int64(0)));
        return read.Step()
            ? ChangeRows.Read(read, CollectionName.Empty)
            : throw SqliteFaults.Corrupt(connection.Path, $"change {find.Int64(0)} of partition {document.Partition} is missing");
    }

    /// <summary>The revisions of a document.</summary>
    public static RevisionHistory? GetHistory(SqliteConnection connection, (string Id, int Partition) document)
    {
        var find = connection.Prepare(FindRevisionSql);
        find.Bind(1, Encoding.UTF8.GetBytes(document.Id));
        if (!find.Step()) return null;

        var key = ChangeKey.Of(document.Partition, find.Int64(0));
        return new RevisionHistory(
            ChangeRows.Revision(find, 2, 3),
            AncestorChain.Read(connection, key, RevisionHistory.MaxAncestors),
            (ChangeKind)find.Int64(1));
    }

    /// <summary>A page of a partition's changes.</summary>
    public static ChangePage ReadPage(SqliteConnection connection, PageRequest request)
    {
        var (highSeqno, hasSuperseded) = ReadHead(connection, request.Partition);
        if (request.Seqno >= highSeqno) return new ChangePage([], highSeqno, highSeqno);

        var after = ChangeKey.Of(request.Partition, request.Seqno);
        var end = ChangeKey.Of(request.Partition, highSeqno);
        var scan = Range(connection, ScanSql, after, end);
        var superseded = hasSuperseded ? Range(connection, SupersededSql, after, end) : null;
        return ReadRows(scan, superseded, request, highSeqno);
    }

    /// <summary>A partition's newest seqno, and whether its change table has rows that readers skip.</summary>
    public static (long HighSeqno, bool HasSuperseded) ReadHead(SqliteConnection connection, int partition)
    {
        var head = connection.Prepare(HeadSql);
        head.Bind(1, partition);
        return head.Step()
            ? (head.Int64(0), head.Int64(1) > 0)
            : throw SqliteFaults.Corrupt(connection.Path, $"partition {partition} is missing");
    }

    private static ChangePage ReadRows(SqliteStatement scan, SqliteStatement? superseded, PageRequest request, long highSeqno)
    {
        var page = new List<Change>(Math.Min(request.Limits.MaxCount, 256));
        var collection = CollectionName.Empty;
        var skip = NextKey(superseded);
        long size = 0;
        for (var rows = 1; scan.Step(); rows++)
        {
            if (rows % RowsBetweenChecks == 0) request.CancellationToken.ThrowIfCancellationRequested();

            // Both run by increasing key, so the rows to skip are met in turn.
            var key = ChangeRows.Key(scan);
            while (skip < key) skip = NextKey(superseded);
            if (skip == key) continue;

            if (page.Count == request.Limits.MaxCount) return new ChangePage(page, page[^1].Seqno, highSeqno);
            var change = ChangeRows.Read(scan, collection);
            size += change.Size;
            if (page.Count > 0 && size > request.Limits.MaxBytes) return new ChangePage(page, page[^1].Seqno, highSeqno);
            collection = change.Collection;
            page.Add(change);
        }

        return new ChangePage(page, highSeqno, highSeqno);
    }

    private static long NextKey(SqliteStatement? superseded) =>
        superseded is not null && superseded.Step() ? superseded.Int64(0) : long.MaxValue;

    private static SqliteStatement Range(SqliteConnection connection, string sql, long after, long end)
    {
        var statement = connection.Prepare(sql);
        statement.Bind(1, after);
        statement.Bind(2, end);
        return statement;
    }
}
