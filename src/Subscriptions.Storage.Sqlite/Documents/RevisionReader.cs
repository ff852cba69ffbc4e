using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Reads kept versions; called inside a read transaction, which is the snapshot.</summary>
/// <remarks>A version's body is in the change table until compaction moves it to the archive.</remarks>
internal static class RevisionReader
{
    private const int RowsBetweenChecks = 256;

    private const string PageSql = "select key, previous from revision where key > ?1 and key <= ?2 and is_base = 0 order by key";
    private const string AtOrAboveSql = "select key, previous from revision where id = ?1 and key >= ?2 and is_base = 0 order by key limit 1";
    private const string OfGenerationSql =
        "select key, previous, generation from revision where id = ?1 and is_base = 0 and generation >= ?2 order by key desc";

    private const string ListSql = "select key from revision where id = ?1 and key < ?2 and is_base = 0 order by key desc limit ?3";
    private const string NewestBodySql = $"select {ChangeRows.Columns} from change where key = ?1";
    private const string ArchivedBodySql = $"select {ChangeRows.Columns} from archive where key = ?1";

    /// <summary>A page of a partition's kept versions.</summary>
    public static ChangePage ReadPage(SqliteConnection connection, PageRequest request)
    {
        var highSeqno = DocumentReader.ReadHead(connection, request.Partition).HighSeqno;
        var page = new List<Change>();
        if (request.Seqno >= highSeqno) return new ChangePage(page, highSeqno, highSeqno);

        var scan = connection.Prepare(PageSql);
        scan.Bind(1, ChangeKey.Of(request.Partition, request.Seqno));
        scan.Bind(2, ChangeKey.Of(request.Partition, highSeqno));
        var collection = CollectionName.Empty;
        long size = 0;
        for (var rows = 1; scan.Step(); rows++)
        {
            if (rows % RowsBetweenChecks == 0) request.CancellationToken.ThrowIfCancellationRequested();
            if (page.Count == request.Limits.MaxCount) return new ChangePage(page, page[^1].Seqno, highSeqno);

            var change = Read(connection, scan, collection);
            size += change.Size;
            if (page.Count > 0 && size > request.Limits.MaxBytes) return new ChangePage(page, page[^1].Seqno, highSeqno);
            collection = change.Collection;
            page.Add(change);
        }

        return new ChangePage(page, highSeqno, highSeqno);
    }

    /// <summary>The oldest kept version of a document at or above a key.</summary>
    public static Change? GetAtOrAbove(SqliteConnection connection, (string Id, long Key) wanted)
    {
        var find = connection.Prepare(AtOrAboveSql);
        find.Bind(1, Encoding.UTF8.GetBytes(wanted.Id));
        find.Bind(2, wanted.Key);
        return find.Step() ? Read(connection, find, CollectionName.Empty) : null;
    }

    /// <summary>A kept version of a document by its revision.</summary>
    public static Change? GetByRevision(SqliteConnection connection, (string Id, Revision Revision) wanted)
    {
        var find = connection.Prepare(OfGenerationSql);
        find.Bind(1, Encoding.UTF8.GetBytes(wanted.Id));
        find.Bind(2, wanted.Revision.Generation);
        while (find.Step())
        {
            // Each version has a higher generation than the one before it.
            if (find.Int64(2) > wanted.Revision.Generation) continue;
            var change = Read(connection, find, CollectionName.Empty);
            return change.Revision == wanted.Revision ? change : null;
        }

        return null;
    }

    /// <summary>The kept versions of a document, the newest first.</summary>
    public static IReadOnlyList<RevisionInfo> List(SqliteConnection connection, (string Id, long BeforeKey, int MaxCount) wanted)
    {
        var list = new List<RevisionInfo>();
        var find = connection.Prepare(ListSql);
        find.Bind(1, Encoding.UTF8.GetBytes(wanted.Id));
        find.Bind(2, wanted.BeforeKey);
        find.Bind(3, wanted.MaxCount);
        while (find.Step())
        {
            list.Add(WithBody(connection, find.Int64(0), static row => ChangeRows.ReadInfo(row)) ?? throw Missing(connection, find.Int64(0)));
        }

        return list;
    }

    // From a row of (key, key of the version before).
    private static Change Read(SqliteConnection connection, SqliteStatement row, string likely)
    {
        var key = row.Int64(0);

        // That version may have been removed since; then the change shows none.
        var previous = row.IsNull(1) ? null : WithBody(connection, row.Int64(1), static body => ChangeRows.ReadPrevious(body));
        return WithBody(connection, key, body => ChangeRows.Read(body, likely, previous: previous)) ?? throw Missing(connection, key);
    }

    private static T? WithBody<T>(SqliteConnection connection, long key, Func<SqliteStatement, T?> read)
        where T : class
    {
        foreach (var sql in (ReadOnlySpan<string>)[NewestBodySql, ArchivedBodySql])
        {
            var body = connection.Prepare(sql);
            body.Bind(1, key);
            var isFound = body.Step();
            var result = isFound ? read(body) : null;
            body.Reset();
            if (isFound) return result;
        }

        return null;
    }

    private static StoreException Missing(SqliteConnection connection, long key) => SqliteFaults.Corrupt(
        connection.Path, $"the kept version {ChangeKey.Seqno(key)} of partition {ChangeKey.Partition(key)} is missing");
}
