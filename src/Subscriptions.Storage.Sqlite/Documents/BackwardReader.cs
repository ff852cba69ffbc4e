using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Reads changes from new to old; called inside a read transaction, which is the snapshot.</summary>
internal static class BackwardReader
{
    private const int RowsBetweenChecks = 1024;

    private const string ScanSql = $"select {ChangeRows.Columns} from change where key > ?1 and key < ?2 order by key desc";
    private const string SupersededSql = "select key from superseded where key > ?1 and key < ?2 order by key desc";

    /// <summary>A page of a partition's changes below <see cref="PageRequest.Seqno"/>.</summary>
    public static BackwardPage ReadPage(SqliteConnection connection, PageRequest request)
    {
        var (highSeqno, hasSuperseded) = DocumentReader.ReadHead(connection, request.Partition);
        var first = ChangeKey.Of(request.Partition, 0);
        var below = ChangeKey.Of(request.Partition, Math.Min(request.Seqno, highSeqno + 1));
        var scan = Range(connection, ScanSql, first, below);
        var superseded = hasSuperseded ? Range(connection, SupersededSql, first, below) : null;
        var page = new List<Change>();
        var collection = CollectionName.Empty;
        var skip = NextKey(superseded);
        long size = 0;
        for (var rows = 1; scan.Step(); rows++)
        {
            if (rows % RowsBetweenChecks == 0) request.CancellationToken.ThrowIfCancellationRequested();

            // Both run by decreasing key, so the rows to skip are met in turn.
            var key = ChangeRows.Key(scan);
            while (skip > key) skip = NextKey(superseded);
            if (skip == key) continue;

            if (page.Count == request.Limits.MaxCount) return new BackwardPage(page, page[^1].Seqno, highSeqno);
            var change = ChangeRows.Read(scan, collection);
            size += change.Size;
            if (page.Count > 0 && size > request.Limits.MaxBytes) return new BackwardPage(page, page[^1].Seqno, highSeqno);
            collection = change.Collection;
            page.Add(change);
        }

        return new BackwardPage(page, 0, highSeqno);
    }

    private static long NextKey(SqliteStatement? superseded) =>
        superseded is not null && superseded.Step() ? superseded.Int64(0) : long.MinValue;

    private static SqliteStatement Range(SqliteConnection connection, string sql, long above, long below)
    {
        var statement = connection.Prepare(sql);
        statement.Bind(1, above);
        statement.Bind(2, below);
        return statement;
    }
}
