using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>The local documents. Belongs to the writer's thread and its connection, except for <see cref="Get"/>.</summary>
internal sealed class LocalRows
{
    private const string GetSql = "select version, content from local where id = ?1";

    private readonly SqliteStatement _find;
    private readonly SqliteStatement _write;
    private readonly SqliteStatement _delete;
    private readonly int _max;
    private long _committedCount;
    private long _count;

    /// <param name="connection">The writer's.</param>
    /// <param name="max">How many there may be.</param>
    public LocalRows(SqliteConnection connection, int max)
    {
        _find = connection.Prepare("select version from local where id = ?1");
        _write = connection.Prepare(
            "insert into local(id, version, content) values(?1, ?2, ?3) on conflict(id) do update set version = ?2, content = ?3");
        _delete = connection.Prepare("delete from local where id = ?1");
        _max = max;
        _count = _committedCount = connection.ReadInt64("select count(*) from local");
    }

    /// <summary>A local document, in a reader's snapshot.</summary>
    public static LocalDocument? Get(SqliteConnection connection, string id)
    {
        var get = connection.Prepare(GetSql);
        get.Bind(1, Encoding.UTF8.GetBytes(id));
        return get.Step() ? new LocalDocument(id, get.Int64(0), get.Blob(1).ToArray()) : null;
    }

    /// <summary>Writes or (null) deletes a local document inside the running transaction.</summary>
    public LocalWriteResult Write(string id, ReadOnlyMemory<byte>? content, long expectedVersion)
    {
        var key = Encoding.UTF8.GetBytes(id);
        var current = Find(key);
        if (current != expectedVersion) return new LocalWriteResult.Conflict(current);
        if (content is null) return Delete(key, current);
        if (current == 0 && _count >= _max) return new LocalWriteResult.TooMany();

        _write.Bind(1, key);
        _write.Bind(2, current + 1);
        _write.Bind(3, content.Value.Span);
        _write.Run();
        if (current == 0) _count++;
        return new LocalWriteResult.Committed(current + 1);
    }

    public void OnCommitted() => _committedCount = _count;

    public void OnRolledBack() => _count = _committedCount;

    private LocalWriteResult.Committed Delete(byte[] key, long current)
    {
        if (current > 0)
        {
            _delete.Bind(1, key);
            _delete.Run();
            _count--;
        }

        return new LocalWriteResult.Committed(0);
    }

    private long Find(byte[] key)
    {
        _find.Bind(1, key);
        var version = _find.Step() ? _find.Int64(0) : 0;
        _find.Reset();
        return version;
    }
}
