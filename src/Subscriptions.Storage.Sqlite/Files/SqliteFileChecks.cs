using System.Buffers.Binary;
using System.Globalization;
using Subscriptions.Core.Documents;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>
/// Looks for damage when a file is opened. Every file: header, kind, version, length, and that its tables are the expected ones. Small
/// files are also read as a whole; for large ones that would delay every start by minutes, so damage inside them surfaces when it is read.
/// Nothing is repaired.
/// </summary>
internal static class SqliteFileChecks
{
    private const int HeaderBytes = 100;
    private const int ApplicationIdOffset = 68;

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Checks the header without SQLite, which would create or recover files before it noticed that they are not its own.</summary>
    public static void CheckHeader(string path, SqliteFileFormat format)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int length;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            length = RandomAccess.Read(file, header, 0);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException(StoreFault.Io, $"'{path}' could not be read: {e.Message} Check its permissions.", e);
        }
        catch (IOException e)
        {
            throw new StoreException(StoreFault.Io, $"'{path}' could not be read: {e.Message} Check the disk.", e);
        }

        if (length < HeaderBytes || !header.StartsWith(Magic))
            throw SqliteFaults.Corrupt(path, "it does not begin as a database file does");
        var id = BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]);
        if (id != format.ApplicationId)
        {
            throw SqliteFaults.Corrupt(path, string.Create(
                CultureInfo.InvariantCulture, $"its application id is {id:x8}, that of a {format.Kind} is {format.ApplicationId:x8}"));
        }
    }

    /// <summary>Refuses a file that a newer program wrote.</summary>
    public static void CheckVersion(SqliteConnection connection, SqliteFileFormat format)
    {
        var version = connection.ReadInt64("pragma user_version");
        if (version > format.Version)
        {
            throw new StoreException(
                StoreFault.NewerVersion,
                $"'{connection.Path}' has schema version {version}; this program knows a {format.Kind} up to version {format.Version}. " +
                "It was written by a newer version of the program: use that one.");
        }

        if (version < 1) throw SqliteFaults.Corrupt(connection.Path, $"its schema version is {version}");
    }

    /// <summary>
    /// Checks a file that came from elsewhere: that it has exactly the tables and indexes of its version, and nothing that would run by itself, and that all of
    /// them are whole, however long that takes.
    /// </summary>
    public static void CheckAll(SqliteConnection connection, SqliteFileFormat format)
    {
        using (var model = SqliteConnection.Open(":memory:", SqliteAccess.Create))
        {
            var version = (int)connection.ReadInt64("pragma user_version");
            foreach (var statement in format.Migrations.Take(version).SelectMany(m => m.Statements)) model.Execute(statement);
            if (!Schema(model).SequenceEqual(Schema(connection)))
                throw SqliteFaults.Corrupt(connection.Path, $"its tables are not those of a {format.Kind} of schema version {version}");
        }

        CheckLength(connection);
        var finding = connection.ReadText("pragma integrity_check(1)");
        if (finding != "ok") throw SqliteFaults.Corrupt(connection.Path, $"the check of its structure found: {finding}");
    }

    /// <summary>Checks what the file holds. The journal has been copied into it.</summary>
    public static void CheckContent(SqliteConnection connection, SqliteTuning tuning)
    {
        if (CheckLength(connection) > tuning.QuickCheckBytes) return;

        var finding = connection.ReadText("pragma quick_check(1)");
        if (finding != "ok") throw SqliteFaults.Corrupt(connection.Path, $"the check of its structure found: {finding}");
    }

    private static long CheckLength(SqliteConnection connection)
    {
        var length = new FileInfo(connection.Path).Length;
        var expected = connection.ReadInt64("pragma page_count") * connection.ReadInt64("pragma page_size");
        if (length < expected) throw SqliteFaults.Corrupt(connection.Path, $"it is {length} bytes long but should be {expected}: it was truncated");
        return length;
    }

    // Tables of SQLite's own statistics change nothing and are left out by name.
    private static List<string> Schema(SqliteConnection connection)
    {
        var schema = new List<string>();
        var select = connection.Prepare(
            "select type, name, tbl_name, coalesce(sql, '') from sqlite_schema where name not like 'sqlite_stat_' order by type, name");
        while (select.Step()) schema.Add($"{select.Text(0)}\n{select.Text(1)}\n{select.Text(2)}\n{select.Text(3)}");
        select.Reset();
        return schema;
    }
}
