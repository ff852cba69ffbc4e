using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Lists documents by id; called inside a read transaction, which is the snapshot.</summary>
internal static class DocumentLister
{
    private const int RowsBetweenChecks = 1024;

    private const string UpwardsSql =
        "select id, kind, seqno, generation, digest from document where id >= ?1 and id < ?2 order by id";

    private const string DownwardsSql =
        "select id, kind, seqno, generation, digest from document where id >= ?1 and id < ?2 order by id desc";

    private const string ReadSql = $"select {ChangeRows.Columns} from change where key = ?1";

    // Above all ids: no UTF-8 has this byte.
    private static readonly byte[] AboveAll = [0xff];

    /// <summary>A page of a range.</summary>
    public static DocumentPage Read(
        SqliteConnection connection, (DocumentRange Range, int Partitions, CancellationToken CancellationToken) wanted)
    {
        var range = wanted.Range;
        var page = new List<ListedDocument>();
        var scan = connection.Prepare(range.IsDescending ? DownwardsSql : UpwardsSql);
        scan.Bind(1, range.IsDescending ? Bound(range.EndId, !range.IsEndIncluded, []) : Bound(range.StartId, !range.IsStartIncluded, []));
        scan.Bind(2, range.IsDescending ? Bound(range.StartId, range.IsStartIncluded, AboveAll) : Bound(range.EndId, range.IsEndIncluded, AboveAll));
        var (skip, size) = (range.Skip, 0L);
        for (var rows = 1; scan.Step(); rows++)
        {
            // Also what is left out takes time.
            if (rows % RowsBetweenChecks == 0) wanted.CancellationToken.ThrowIfCancellationRequested();
            if ((ChangeKind)scan.Int64(1) != ChangeKind.Put || skip-- > 0) continue;

            var document = ReadRow(connection, scan, wanted.Partitions, range.WithContent);
            size += document.Size;
            if (page.Count > 0 && size > range.MaxBytes) return new DocumentPage(page, IsComplete: false);
            page.Add(document);
            if (page.Count == range.MaxCount) return new DocumentPage(page, IsComplete: false);
        }

        return new DocumentPage(page, IsComplete: true);
    }

    // Rows from the lower bound on and before the upper one: what comes right behind an id is the id and a zero byte.
    private static ReadOnlySpan<byte> Bound(string? id, bool isBehind, ReadOnlySpan<byte> otherwise) =>
        id is null ? otherwise : Encoding.UTF8.GetBytes(isBehind ? id + '\0' : id);

    private static ListedDocument ReadRow(SqliteConnection connection, SqliteStatement row, int partitions, bool withContent)
    {
        var id = Encoding.UTF8.GetString(row.Blob(0));
        return new ListedDocument(id, ChangeRows.Revision(row, 3, 4), withContent ? ReadChange(connection, id, row.Int64(2), partitions) : null);
    }

    private static Change ReadChange(SqliteConnection connection, string id, long seqno, int partitions)
    {
        var partition = PartitionHash.Of(id, partitions);
        var read = connection.Prepare(ReadSql);
        read.Bind(1, ChangeKey.Of(partition, seqno));
        if (!read.Step()) throw SqliteFaults.Corrupt(connection.Path, $"change {seqno} of partition {partition} is missing");
        var change = ChangeRows.Read(read, CollectionName.Empty);
        read.Reset();
        return change;
    }
}
