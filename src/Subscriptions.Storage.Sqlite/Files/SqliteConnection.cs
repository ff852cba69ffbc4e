using System.Globalization;
using SQLitePCL;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>
/// One connection to one database file, with its prepared statements. Used by one thread at a time; SQLite's own locking is off.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private const int BusyTimeoutMilliseconds = 2000;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    static SqliteConnection()
    {
        Batteries_V2.Init();
        raw.sqlite3_initialize();
        raw.sqlite3_soft_heap_limit64(SoftHeapLimitBytes);
    }

    private SqliteConnection(string path, sqlite3 handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>
    /// What the page caches of all connections of the process share: near it, a connection evicts its own pages before it takes more memory.
    /// </summary>
    public const long SoftHeapLimitBytes = 64L * 1024 * 1024;

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>True when SQLite could open the file for reading only.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>True between <see cref="Begin"/> and the end of the transaction; SQLite ends one by itself after some faults.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows inserted, updated or deleted since the connection was opened.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(_handle);

    /// <summary>Rows that the last statement inserted, updated or deleted.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="access">What for.</param>
    public static SqliteConnection Open(string path, SqliteAccess access)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | access switch
        {
            SqliteAccess.Read => raw.SQLITE_OPEN_READONLY,
            SqliteAccess.Write => raw.SQLITE_OPEN_READWRITE,
            _ => raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE,
        };
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var connection = new SqliteConnection(path, handle);
        try
        {
            connection.Check(code);
            connection.Check(raw.sqlite3_extended_result_codes(handle, 1));
            connection.Check(raw.sqlite3_busy_timeout(handle, BusyTimeoutMilliseconds));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The prepared statement for a text, which stays prepared until the connection is closed. The texts must be constants.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;

        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        statement = new SqliteStatement(this, handle);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs a statement once, without keeping it prepared.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row of a statement that is run once.</summary>
    /// <returns>Null when there is no row.</returns>
    public string? ReadText(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var handle));
        using var statement = new SqliteStatement(this, handle);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>The first column of the first row of a statement that is run once.</summary>
    public long ReadInt64(string sql) => long.Parse(ReadText(sql) ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Begins a read transaction: its first read takes the snapshot that all its reads see.</summary>
    public void Begin() => Prepare("begin deferred").Run();

    /// <summary>Begins a write transaction.</summary>
    public void BeginWrite() => Prepare("begin immediate").Run();

    /// <summary>Ends the transaction; what it wrote is durable on return.</summary>
    public void Commit()
    {
        ResetAll();
        Prepare("commit").Run();
    }

    /// <summary>Undoes the transaction, if SQLite has not already done so itself.</summary>
    public void Rollback()
    {
        ResetAll();
        if (IsInTransaction) Prepare("rollback").Run();
    }

    /// <summary>Copies what the journal holds into the database file.</summary>
    /// <param name="mode">One of SQLite's checkpoint modes.</param>
    /// <param name="waitForReaders">Whether modes that need the journal for themselves wait for readers to leave it.</param>
    /// <returns>The journal's length in pages, and whether all of it was copied.</returns>
    public (int Pages, bool IsComplete) Checkpoint(int mode, bool waitForReaders)
    {
        if (!waitForReaders) Check(raw.sqlite3_busy_timeout(_handle, 0));
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var logged, out var copied);
        if (!waitForReaders) Check(raw.sqlite3_busy_timeout(_handle, BusyTimeoutMilliseconds));

        // Busy: a reader is still in the journal, what could be copied was copied. The next checkpoint goes on.
        if ((code & 0xff) == raw.SQLITE_BUSY) return (logged, false);
        Check(code);
        return (logged, logged == copied);
    }

    /// <summary>Begins to copy this connection's database into another one.</summary>
    public sqlite3_backup BeginBackup(SqliteConnection to)
    {
        if (raw.sqlite3_backup_init(to._handle, "main", _handle, "main") is { IsInvalid: false } backup) return backup;

        to.Check(raw.sqlite3_extended_errcode(to._handle));
        throw new InvalidOperationException($"SQLite did not begin the copy of '{Path}' and did not say why.");
    }

    /// <summary>Pages that the connection wrote since it was opened.</summary>
    public int PagesWritten()
    {
        const int CacheWrite = 9;
        Check(raw.sqlite3_db_status(_handle, CacheWrite, out var pages, out _, 0));
        return pages;
    }

    /// <summary>Throws unless <paramref name="code"/> says that all is well.</summary>
    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE) return;

        var detail = _handle.IsInvalid ? raw.sqlite3_errstr(code) : raw.sqlite3_errmsg(_handle);
        throw SqliteFaults.ToException(code, Path, detail.utf8_to_string());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        _handle.Dispose();
    }

    // A statement that is not reset keeps its snapshot, and with it the journal, from going.
    private void ResetAll()
    {
        foreach (var statement in _statements.Values) statement.Reset();
    }
}
