using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>Finds what is due to expire or to be purged, over indexes that hold only such rows. Belongs to the writer's thread.</summary>
internal sealed class DocumentRetention(SqliteConnection connection)
{
    private const string IsNewest = "not exists (select 1 from superseded where superseded.key = change.key)";

    private readonly SqliteStatement _due = connection.Prepare(
        $"select key, id from change where expires_at is not null and expires_at <= ?1 and {IsNewest} order by expires_at, key limit ?2");

    private readonly SqliteStatement _oldTombstones = connection.Prepare(
        $"select key, id, collection from change where kind <> 0 and changed_at < ?1 and {IsNewest} order by changed_at, key limit ?2");

    /// <summary>Documents whose expiry is at or before a time, the earliest first.</summary>
    public List<(long Key, string Id)> FindDue(DateTimeOffset dueAt, int max) => Find(_due, dueAt.ToUnixTimeMilliseconds(), max);

    /// <summary>Tombstones from before a time, the oldest first.</summary>
    public List<(long Key, string Id, string Collection)> FindOldTombstones(DateTimeOffset before, int max)
    {
        var found = new List<(long, string, string)>();
        _oldTombstones.Bind(1, before.ToUnixTimeMilliseconds());
        _oldTombstones.Bind(2, max);
        while (_oldTombstones.Step())
        {
            var collection = _oldTombstones.IsNull(2) ? CollectionName.Empty : _oldTombstones.Text(2);
            found.Add((_oldTombstones.Int64(0), _oldTombstones.Text(1), collection));
        }

        _oldTombstones.Reset();
        return found;
    }

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
