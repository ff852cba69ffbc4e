using System.Globalization;
using SQLitePCL;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>
/// One open database file: a connection for the single writer, and readers. The folder's lock (<see cref="DataFolder"/>) keeps other
/// processes away.
/// </summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly SqliteTuning _tuning;
    private readonly IStoreObserver? _observer;
    private readonly SemaphoreSlim _backup = new(1);
    private SqliteWriter? _writer;

    private SqliteFile(SqliteConnection connection, SqliteTuning tuning, IStoreObserver? observer)
    {
        _tuning = tuning;
        _observer = observer;
        Connection = connection;
        Readers = new SqliteReaders(connection.Path, tuning, observer);
    }

    /// <summary>The connection that writes. It belongs to the writer's thread from <see cref="StartWriter"/> on.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Reads, each in a snapshot of its own.</summary>
    public SqliteReaders Readers { get; }

    /// <summary>What the file and its journal take on disk, in bytes.</summary>
    public long DiskBytes => Length("") + Length("-wal") + Length("-shm");

    /// <summary>Opens a file, checks it and brings its schema up to date.</summary>
    /// <exception cref="StoreException">The file is damaged, foreign, newer, read-only or in use; the message names it.</exception>
    public static SqliteFile Open(string path, SqliteFileFormat format, SqliteTuning tuning, IStoreObserver? observer = null)
    {
        SqliteFileChecks.CheckHeader(path, format);
        var connection = SqliteConnection.Open(path, SqliteAccess.Write);
        try
        {
            if (connection.IsReadOnly) throw SqliteFaults.ReadOnly(path, "It could be opened for reading only.");
            SqliteFileChecks.CheckVersion(connection, format);
            Configure(connection, tuning);
            connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, waitForReaders: true);
            SqliteFileChecks.CheckContent(connection, tuning);
            Migrate(connection, format);
            return new SqliteFile(connection, tuning, observer);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes a new file; durable on return. After a crash on the way there is no file at <paramref name="path"/>.</summary>
    /// <param name="path">The file; must not exist.</param>
    /// <param name="temporaryFolder">A folder on the same disk whose files may be deleted at the next start.</param>
    /// <param name="format">What to make.</param>
    /// <param name="tuning">The page size.</param>
    /// <param name="initialize">Writes the first rows, in the transaction that makes the tables.</param>
    public static void Create(
        string path, string temporaryFolder, SqliteFileFormat format, SqliteTuning tuning, Action<SqliteConnection> initialize)
    {
        var temporary = Path.Combine(temporaryFolder, Path.GetFileName(path));
        try
        {
            Delete(temporary);
            using (var connection = SqliteConnection.Open(temporary, SqliteAccess.Create))
            {
                connection.Execute($"pragma page_size = {tuning.PageBytes}");
                Configure(connection, tuning);
                connection.BeginWrite();
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma application_id = {format.ApplicationId}"));
                Apply(connection, format, from: 0);
                initialize(connection);
                connection.Commit();
                connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, waitForReaders: true);
            }

            // A journal that an earlier file of this name left behind would be replayed into the new file.
            DeleteJournals(path);
            File.Move(temporary, path);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
        }
        catch (Exception e)
        {
            Delete(temporary);
            if (e is IOException or UnauthorizedAccessException) throw DataFolder.ToFault(path, e);
            throw;
        }
    }

    /// <summary>Checks a file that came from elsewhere, completely, brings its schema up to date and works on it; durable on return.</summary>
    /// <exception cref="StoreException">The file is damaged, foreign or newer; it may have been changed.</exception>
    public static void Adopt(string path, SqliteFileFormat format, SqliteTuning tuning, Action<SqliteConnection> work)
    {
        SqliteFileChecks.CheckHeader(path, format);
        using var connection = SqliteConnection.Open(path, SqliteAccess.Write);
        SqliteFileChecks.CheckVersion(connection, format);
        Configure(connection, tuning);
        SqliteFileChecks.CheckAll(connection, format);
        Migrate(connection, format);
        connection.BeginWrite();
        work(connection);
        connection.Commit();
        connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, waitForReaders: true);
    }

    /// <summary>Works on a closed file in one transaction; durable on return. What throws leaves the file as it was.</summary>
    public static T Change<T>(string path, SqliteFileFormat format, SqliteTuning tuning, Func<SqliteConnection, T> work)
    {
        using var connection = Open(path, format, tuning).Connection;
        connection.BeginWrite();
        try
        {
            var result = work(connection);
            connection.Commit();
            return result;
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    /// <summary>Puts a closed file in the place of another one, or where there is none; durable on return. After a crash on the way the old one is there, or the new one.</summary>
    public static void Replace(string path, string by, SqliteFileFormat format)
    {
        try
        {
            // A journal that the old file left behind would be replayed into the new one. It belongs into the old file, until that is replaced.
            var journal = new FileInfo(path + "-wal");
            if (journal is { Exists: true, Length: > 0 } && File.Exists(path)) Settle(path, format);
            DeleteJournals(path);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
            File.Move(by, path, overwrite: true);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(path, e);
        }
    }

    /// <summary>Deletes a closed file and what belongs to it, if it is there.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        DeleteJournals(path);
    }

    /// <summary>Removes a closed file; durable on return. After a crash on the way it either is still there or is gone.</summary>
    public static void Drop(string path, string temporaryFolder)
    {
        try
        {
            var temporary = Path.Combine(temporaryFolder, Path.GetFileName(path));
            File.Move(path, temporary, overwrite: true);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
            DeleteJournals(path);
            Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(path, e);
        }
    }

    /// <summary>Deletes what <see cref="Create"/> and <see cref="Drop"/> leave behind when they are killed.</summary>
    public static void DeleteLeftovers(string folder, string temporaryFolder)
    {
        foreach (var file in Directory.EnumerateFiles(temporaryFolder)) File.Delete(file);
        foreach (var journal in Directory.EnumerateFiles(folder, "*.db-*"))
        {
            var owner = journal[..journal.LastIndexOf('-')];
            if (!File.Exists(owner)) File.Delete(journal);
        }
    }

    /// <summary>Starts the writer; called once, before anything is written.</summary>
    public SqliteWriter StartWriter(IWriterHost host, TimeProvider timeProvider)
    {
        _writer = new SqliteWriter(Connection, host, _tuning, timeProvider, _observer);
        return _writer;
    }

    /// <summary>Copies the file while it is written to; see <see cref="SqliteBackup"/>. One copy at a time.</summary>
    /// <param name="path">The copy; does not exist.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    public async Task CopyAsync(string path, CancellationToken cancellationToken)
    {
        await _backup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SqliteBackup.CopyAsync(_writer!, Connection, path, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Delete(path);
            throw;
        }
        finally
        {
            _backup.Release();
        }
    }

    /// <summary>Carries out the writes that are queued, waits for reads, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        await Readers.DisposeAsync().ConfigureAwait(false);

        // A copy that is under way finds out that the writer has stopped; whoever waits for its turn is let through to be told the same.
        await _backup.WaitAsync().ConfigureAwait(false);
        _backup.Release();

        // Last, because the last connection to be closed copies the journal into the file and deletes it.
        Connection.Dispose();
    }

    private static void Configure(SqliteConnection connection, SqliteTuning tuning)
    {
        Set(connection, "journal_mode", "wal", "wal");
        Set(connection, "synchronous", "full", "2");
        Set(connection, "cache_size", $"-{tuning.WriterCacheBytes / 1024}", $"-{tuning.WriterCacheBytes / 1024}");
        Set(connection, "temp_store", "memory", "2");
        Set(connection, "cell_size_check", "on", "1");
        Set(connection, "trusted_schema", "off", "0");

        // The writer copies the journal itself, after callers were answered; see JournalKeeper.
        Set(connection, "wal_autocheckpoint", "0", "0");
        Set(connection, "journal_size_limit", "67108864", "67108864");
    }

    // SQLite ignores settings that it does not know or cannot make.
    private static void Set(SqliteConnection connection, string pragma, string value, string expected)
    {
        connection.Execute($"pragma {pragma} = {value}");
        var actual = connection.ReadText($"pragma {pragma}");
        if (actual != expected)
            throw new StoreException(StoreFault.Io, $"SQLite did not accept {pragma} = {value} for '{connection.Path}'; it is {actual}.");
    }

    private static void Migrate(SqliteConnection connection, SqliteFileFormat format)
    {
        for (var version = (int)connection.ReadInt64("pragma user_version"); version < format.Version; version++)
        {
            connection.BeginWrite();
            Apply(connection, format with { Migrations = [.. format.Migrations.Take(version + 1)] }, version);
            connection.Commit();
        }
    }

    private static void Apply(SqliteConnection connection, SqliteFileFormat format, int from)
    {
        foreach (var statement in format.Migrations.Skip(from).SelectMany(m => m.Statements)) connection.Execute(statement);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {format.Version}"));
    }

    private static void Settle(string path, SqliteFileFormat format)
    {
        try
        {
            SqliteFileChecks.CheckHeader(path, format);
            using var connection = SqliteConnection.Open(path, SqliteAccess.Write);
            if (!connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, waitForReaders: true).IsComplete)
                throw new StoreException(StoreFault.InUse, $"The journal of '{path}' could not be copied into it: something still reads it. Try again.");
        }
        catch (StoreException e) when (e.Kind == StoreFault.Corrupt)
        {
            // What is replaced cannot be used, with its journal or without.
        }
    }

    private static void DeleteJournals(string path)
    {
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Delete(path + "-journal");
    }

    private long Length(string suffix)
    {
        var file = new FileInfo(Connection.Path + suffix);
        return file.Exists ? file.Length : 0;
    }
}
