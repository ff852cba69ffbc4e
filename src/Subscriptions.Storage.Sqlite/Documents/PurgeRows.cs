using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Records of which collections tombstones were purged. Belongs to the writer's thread and its connection.</summary>
internal sealed class PurgeRows(SqliteConnection connection)
{
    private readonly SqliteStatement _write = connection.Prepare("replace into purge(partition, collection, seqno) values(?1, ?2, ?3)");
    private readonly SqliteStatement _clear = connection.Prepare("delete from purge where partition = ?1");
    private readonly SqliteStatement _raise = connection.Prepare("update partition set purge_floor = ?2 where partition = ?1");

    /// <summary>A tombstone is purged in the running transaction.</summary>
    public void Add(PartitionLedger ledger, string collection, long seqno)
    {
        var before = ledger.Purges;
        var after = ledger.Purges = before.With(collection, seqno);
        if (ReferenceEquals(before, after)) return;

        if (after.Floor > before.Floor)
        {
            _clear.Bind(1, ledger.Partition);
            _clear.Run();
            _raise.Bind(1, ledger.Partition);
            _raise.Bind(2, after.Floor);
            _raise.Run();
            return;
        }

        _write.Bind(1, ledger.Partition);
        _write.Bind(2, collection);
        _write.Bind(3, seqno);
        _write.Run();
    }
}
