using SQLitePCL;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>A prepared statement. Parameters count from 1, columns from 0. Bound values are copied.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Binds a number.</summary>
    public void Bind(int parameter, long value) => connection.Check(raw.sqlite3_bind_int64(handle, parameter, value));

    /// <summary>Binds a number or null.</summary>
    public void Bind(int parameter, long? value)
    {
        if (value is { } number) Bind(parameter, number);
        else BindNull(parameter);
    }

    /// <summary>Binds bytes; an empty span is an empty blob, not null.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> value) => connection.Check(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(handle, parameter, 0)
        : raw.sqlite3_bind_blob(handle, parameter, value));

    /// <summary>Binds text.</summary>
    public void Bind(int parameter, string value) => connection.Check(raw.sqlite3_bind_text(handle, parameter, value));

    /// <summary>Binds null.</summary>
    public void BindNull(int parameter) => connection.Check(raw.sqlite3_bind_null(handle, parameter));

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        connection.Check(code);
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
    public void Reset() => raw.sqlite3_reset(handle);

    /// <summary>A column as a number; 0 for null.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>A column as bytes; valid until the next step. Empty for null.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>A column as text; empty for null.</summary>
    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>Whether a column is null.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();
}
