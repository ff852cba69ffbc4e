using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Tests.Writing;

/// <summary>A writer's host that keeps one number in memory, in step with one in the database.</summary>
internal sealed class CounterHost : IWriterHost
{
    public static readonly SqliteFileFormat Format = new(
        0x74657374, "test file", [new SqliteMigration(["create table counter(value integer not null)", "insert into counter values(0)"])]);

    private long _pending;
    private long _committed;
    private bool _isDirty;

    public long Committed => Volatile.Read(ref _committed);

    public int Commits { get; private set; }

    public int Rollbacks { get; private set; }

    public WriterUpkeep Upkeep { get; set; }

    public int UpkeepRuns { get; private set; }

    public Action? Committing { get; set; }

    public Action? AfterCommit { get; set; }

    public Action<SqliteConnection>? UpkeepWork { get; set; }

    public long Add(long by)
    {
        _isDirty = true;
        return _pending += by;
    }

    public void OnCommitting(SqliteConnection connection)
    {
        Committing?.Invoke();
        if (_isDirty) connection.Execute($"update counter set value = {_pending}");
    }

    public void OnCommitted()
    {
        Commits++;
        _isDirty = false;
        Volatile.Write(ref _committed, _pending);
        AfterCommit?.Invoke();
    }

    public void OnRolledBack()
    {
        Rollbacks++;
        _isDirty = false;
        _pending = _committed;
    }

    public void RunUpkeep(SqliteConnection connection)
    {
        UpkeepRuns++;
        Upkeep = WriterUpkeep.None;
        UpkeepWork?.Invoke(connection);
    }
}
