using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Finds what is due to expire or to be purged, over indexes that hold only such rows. Belongs to the writer's thread.</summary>
internal sealed class DocumentRetention(SqliteConnection connection)
{
    private const string IsNewest = "not exists (select 1 from superseded where superseded.key = change.key)";

    private const string OldKeysSql = $"select key from change where kind <> 0 and changed_at < ?1 and {IsNewest} order by changed_at, key";

    private readonly SqliteStatement _tombstone = connection.Prepare($"select key, id, collection from change where key = ?1 and kind <> 0 and {IsNewest}");

    private readonly SqliteStatement _due = connection.Prepare(
        $"select key, id from change where expires_at is not null and expires_at <= ?1 and {IsNewest} order by expires_at, key limit ?2");

    private readonly SqliteStatement _oldTombstones = connection.Prepare(
        $"select key, id, collection from change where kind <> 0 and changed_at < ?1 and {IsNewest} order by changed_at, key limit ?2");

    /// <summary>Documents whose expiry is at or before a time, the earliest first.</summary>
    public List<(long Key, string Id)> FindDue(DateTimeOffset dueAt, int max) => Find(_due, dueAt.ToUnixTimeMilliseconds(), max);

    /// <summary>The keys of tombstones from before a time, the oldest first, up to a seqno of each partition. In a reader's snapshot.</summary>
    public static IReadOnlyList<long> FindOld(SqliteConnection connection, (DateTimeOffset Before, IReadOnlyList<long> UpTo, int Max) wanted)
    {
        var found = new List<long>();
        var old = connection.Prepare(OldKeysSql);
        old.Bind(1, wanted.Before.ToUnixTimeMilliseconds());
        while (found.Count < wanted.Max && old.Step())
        {
            var key = old.Int64(0);
            if (ChangeKey.Seqno(key) <= wanted.UpTo[ChangeKey.Partition(key)]) found.Add(key);
        }

        old.Reset();
        return found;
    }

    /// <summary>Those of some keys that are tombstones of documents that do not exist.</summary>
    public List<(long Key, string Id, string Collection)> FindTombstones(IReadOnlyList<long> keys)
    {
        var found = new List<(long, string, string)>();
        foreach (var key in keys)
        {
            _tombstone.Bind(1, key);
            while (_tombstone.Step()) found.Add(Tombstone(_tombstone));
            _tombstone.Reset();
        }

        return found;
    }

    /// <summary>Tombstones from before a time, the oldest first.</summary>
    public List<(long Key, string Id, string Collection)> FindOldTombstones(DateTimeOffset before, int max)
    {
        var found = new List<(long, string, string)>();
        _oldTombstones.Bind(1, before.ToUnixTimeMilliseconds());
        _oldTombstones.Bind(2, max);
        while (_oldTombstones.Step()) found.Add(Tombstone(_oldTombstones));

        _oldTombstones.Reset();
        return found;
    }

    private static (long Key, string Id, string Collection) Tombstone(SqliteStatement row) =>
        (row.Int64(0), row.Text(1), row.IsNull(2) ? CollectionName.Empty : row.Text(2));

    private static List<(long Key, string Id)> Find(SqliteStatement statement, long time, int max)
    {
        var found = new List<(long, string)>();
        statement.Bind(1, time);
        statement.Bind(2, max);
        while (statement.Step()) found.Add((statement.Int64(0), Encoding.UTF8.GetString(statement.Blob(1))));
        statement.Reset();
        return found;
    }
}
