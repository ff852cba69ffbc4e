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
        var insert = connection.Prepare("insert into database values(?1, ?2, ?3, ?4, ?5, ?6)");
        insert.Bind(1, info.Name.Value);
        insert.Bind(2, info.PartitionCount);
        insert.Bind(3, info.CreatedAt.UtcTicks);
        insert.Bind(4, info.Settings.MaxDocumentBytes);
        insert.Bind(5, info.Settings.TombstoneRetention.Ticks);
        insert.Bind(6, info.Settings.PurgeHold.Ticks);
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

    /// <summary>Makes a backup's rows those of a database of a name, inside the running transaction: each partition goes on in a new branch.</summary>
    /// <exception cref="StoreException">The rows contradict each other.</exception>
    /// <exception cref="Core.Validation.InvalidInputException">A value is outside its limits.</exception>
    public static void Adopt(SqliteConnection connection, DatabaseName name)
    {
        var info = ReadInfo(connection);
        DatabaseLimits.Check(info.PartitionCount, info.Settings);
        var ledgers = ReadPartitions(connection);
        if (ledgers.Length != info.PartitionCount || connection.ReadInt64("select count(*) from database") != 1)
            throw SqliteFaults.Corrupt(connection.Path, $"it has {ledgers.Length} partitions where it should have {info.PartitionCount}");
        foreach (var ledger in ledgers) CheckKeys(connection, ledger.State);

        var update = connection.Prepare("update database set name = ?1");
        update.Bind(1, name.Value);
        update.Run();
        foreach (var ledger in ledgers) Branch(connection, ledger.State, ledger.State.HighSeqno);
    }

    /// <summary>Begins a new branch of a partition, inside the running transaction.</summary>
    public static void Branch(SqliteConnection connection, PartitionState partition, long seqno)
    {
        var delete = connection.Prepare("delete from branch where partition = ?1");
        delete.Bind(1, partition.Partition);
        delete.Run();
        var insert = connection.Prepare("insert into branch values(?1, ?2, ?3, ?4)");
        var entries = partition.FailoverLog.Branched(BranchId.Create(), seqno).Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            insert.Bind(1, partition.Partition);
            insert.Bind(2, i);
            insert.Bind(3, unchecked((long)entries[i].Branch.Value));
            insert.Bind(4, entries[i].StartSeqno);
            insert.Run();
        }
    }

    /// <summary>Reads the identity.</summary>
    public static DatabaseInfo ReadInfo(SqliteConnection connection)
    {
        var select = connection.Prepare(
            "select name, partitions, created_at_ticks, max_document_bytes, tombstone_retention_ticks, purge_hold_ticks from database");
        if (!select.Step()) throw SqliteFaults.Corrupt(connection.Path, "it does not say which database it holds");
        var info = new DatabaseInfo(
            DatabaseName.Parse(select.Text(0)),
            (int)select.Int64(1),
            new DatabaseSettings
            {
                MaxDocumentBytes = (int)select.Int64(3),
                TombstoneRetention = TimeSpan.FromTicks(select.Int64(4)),
                PurgeHold = TimeSpan.FromTicks(select.Int64(5)),
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
        var purges = ReadPurges(connection);
        var ledgers = new List<PartitionLedger>();
        var select = connection.Prepare(
            "select partition, high_seqno, purge_seqno, documents, tombstones, superseded, revisions, purge_floor from partition order by partition");
        while (select.Step())
        {
            var partition = (int)select.Int64(0);
            if (partition != ledgers.Count || !logs.TryGetValue(partition, out var log))
                throw SqliteFaults.Corrupt(connection.Path, $"partition {ledgers.Count} or its failover log is missing");
            var figures = new PartitionFigures(
                select.Int64(1), select.Int64(2), select.Int64(3), select.Int64(4), select.Int64(5), select.Int64(6));
            var purged = CollectionPurges.Create(select.Int64(7), purges[partition]);
            ledgers.Add(new PartitionLedger(partition, log, figures, purged));
        }

        select.Reset();
        return [.. ledgers];
    }

    private static void CheckKeys(SqliteConnection connection, PartitionState partition)
    {
        var select = connection.Prepare("select coalesce(max(key), ?1) from change where key >= ?1 and key < ?2");
        select.Bind(1, ChangeKey.Of(partition.Partition, 0));
        select.Bind(2, ChangeKey.Of(partition.Partition + 1, 0));
        select.Step();
        var highest = ChangeKey.Seqno(select.Int64(0));
        select.Reset();
        if (highest > partition.HighSeqno || partition.PurgeSeqno > partition.HighSeqno || partition.FailoverLog.Entries[0].StartSeqno > partition.HighSeqno)
            throw SqliteFaults.Corrupt(connection.Path, $"partition {partition.Partition} has changes above {partition.HighSeqno}, its newest");
    }

    private static ILookup<int, KeyValuePair<string, long>> ReadPurges(SqliteConnection connection)
    {
        var rows = new List<(int Partition, string Collection, long Seqno)>();
        var select = connection.Prepare("select partition, collection, seqno from purge");
        while (select.Step()) rows.Add(((int)select.Int64(0), select.Text(1), select.Int64(2)));
        select.Reset();
        return rows.ToLookup(r => r.Partition, r => KeyValuePair.Create(r.Collection, r.Seqno));
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
