using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A database's identity and partitions as they are stored.</summary>
internal static class DatabaseRows
{
    /// <summary>Writes a new database's first rows: each partition starts with a fresh branch.</summary>
    public static void Initialize(SqliteConnection connection, DatabaseInfo info)
    {
        var insert = connection.Prepare("insert into database values(?1, ?2, ?3, ?4, ?5)");
        insert.Bind(1, info.Name.Value);
        insert.Bind(2, info.PartitionCount);
        insert.Bind(3, info.CreatedAt.UtcTicks);
        insert.Bind(4, info.Settings.MaxDocumentBytes);
        insert.Bind(5, info.Settings.TombstoneRetention.Ticks);
        insert.Run();
        RevisionSettingRows.Write(connection, info.Settings.Revisions);

        var partition = connection.Prepare("insert into partition(partition, high_seqno, purge_seqno, documents, tombstones, superseded) values(?1, 0, 0, 0, 0, 0)");
        var branch = connection.Prepare("insert into branch values(?1, 0, ?2, 0)");
        for (var i = 0; i < info.PartitionCount; i++)
        {
            partition.Bind(1, i);
            partition.Run();
            branch.Bind(1, i);
            branch.Bind(2, unchecked((long)BranchId.Create().Value));
            branch.Run();
        }
    }

    /// <summary>Reads the identity.</summary>
    public static DatabaseInfo ReadInfo(SqliteConnection connection)
    {
        var select = connection.Prepare(
            "select name, partitions, created_at_ticks, max_document_bytes, tombstone_retention_ticks from database");
        if (!select.Step()) throw SqliteFaults.Corrupt(connection.Path, "it does not say which database it holds");
        var info = new DatabaseInfo(
            DatabaseName.Parse(select.Text(0)),
            (int)select.Int64(1),
            new DatabaseSettings
            {
                MaxDocumentBytes = (int)select.Int64(3),
                TombstoneRetention = TimeSpan.FromTicks(select.Int64(4)),
                Revisions = RevisionSettingRows.Read(connection),
            },
            new DateTimeOffset(select.Int64(2), TimeSpan.Zero));
        select.Reset();
        return info;
    }

    /// <summary>Reads the partitions, by number.</summary>
    public static PartitionLedger[] ReadPartitions(SqliteConnection connection)
    {
        var logs = ReadFailoverLogs(connection);
        var ledgers = new List<PartitionLedger>();
        var select = connection.Prepare(
            "select partition, high_seqno, purge_seqno, documents, tombstones, superseded, revisions from partition order by partition");
        while (select.Step())
        {
            var partition = (int)select.Int64(0);
            if (partition != ledgers.Count || !logs.TryGetValue(partition, out var log))
                throw SqliteFaults.Corrupt(connection.Path, $"partition {ledgers.Count} or its failover log is missing");
            var figures = new PartitionFigures(
                select.Int64(1), select.Int64(2), select.Int64(3), select.Int64(4), select.Int64(5), select.Int64(6));
            ledgers.Add(new PartitionLedger(partition, log, figures));
        }

        select.Reset();
        return [.. ledgers];
    }

    private static Dictionary<int, FailoverLog> ReadFailoverLogs(SqliteConnection connection)
    {
        var entries = new List<(int Partition, FailoverEntry Entry)>();
        var select = connection.Prepare("select partition, branch, start_seqno from branch order by partition, ordinal");
        while (select.Step())
            entries.Add(((int)select.Int64(0), new FailoverEntry(new BranchId(unchecked((ulong)select.Int64(1))), select.Int64(2))));
        select.Reset();
        return entries.GroupBy(e => e.Partition, e => e.Entry).ToDictionary(g => g.Key, g => new FailoverLog(g));
    }
}
