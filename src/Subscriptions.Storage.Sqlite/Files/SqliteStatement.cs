using System.Text;
using SQLitePCL;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>A prepared statement. Parameters count from 1, columns from 0. Bound values are copied.</summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _owner;
    private nint _handle;

    /// <param name="connection">Where faults are told from.</param>
    /// <param name="handle">The statement; closed with this object.</param>
    public SqliteStatement(SqliteConnection connection, sqlite3_stmt handle)
    {
        _connection = connection;
        _owner = handle;
        _handle = handle.DangerousGetHandle();
    }

    /// <summary>Binds a number.</summary>
    public void Bind(int parameter, long value) => _connection.Check(SqliteCalls.BindInt64(_handle, parameter, value));

    /// <summary>Binds a number or null.</summary>
    public void Bind(int parameter, long? value)
    {
        if (value is { } number) Bind(parameter, number);
        else BindNull(parameter);
    }

    /// <summary>Binds bytes; an empty span is an empty blob, not null.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            _connection.Check(SqliteCalls.BindZeroBlob(_handle, parameter, 0));
            return;
        }

        fixed (byte* bytes = value)
            _connection.Check(SqliteCalls.BindBlob(_handle, parameter, bytes, value.Length, SqliteCalls.Transient));
    }

    /// <summary>Binds text.</summary>
    public void Bind(int parameter, string value) => _connection.Check(raw.sqlite3_bind_text(_owner, parameter, value));

    /// <summary>Binds null.</summary>
    public void BindNull(int parameter) => _connection.Check(SqliteCalls.BindNull(_handle, parameter));

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    public bool Step()
    {
        var code = SqliteCalls.Step(_handle);
        if (code == raw.SQLITE_ROW) return true;
        _connection.Check(code);
        return false;
    }

    /// <summary>Runs the statement to its end and makes it ready to run again.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
                // The rows are of no interest: the statement is run for what it does.
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Makes the statement ready to run again; bound values stay. A fault was already reported by the step that met it.</summary>
    public void Reset() => _ = SqliteCalls.Reset(_handle);

    /// <summary>A column as a number; 0 for null.</summary>
    public long Int64(int column) => SqliteCalls.ColumnInt64(_handle, column);

    /// <summary>A column as bytes; valid until the next step. Empty for null.</summary>
    public ReadOnlySpan<byte> Blob(int column)
    {
        // In this order: asking for the length first could move what the pointer points at.
        var bytes = SqliteCalls.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(bytes, SqliteCalls.ColumnBytes(_handle, column));
    }

    /// <summary>A column as text; empty for null.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    /// <summary>Whether a column is null.</summary>
    public bool IsNull(int column) => SqliteCalls.ColumnType(_handle, column) == raw.SQLITE_NULL;

    /// <inheritdoc />
    public void Dispose()
    {
        _handle = 0;
        _owner.Dispose();
    }
}
