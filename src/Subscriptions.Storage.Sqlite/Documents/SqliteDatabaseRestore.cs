using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>A backup in the temporary folder, ready to become a database's file.</summary>
internal sealed class SqliteDatabaseRestore : IDatabaseRestore
{
    private readonly string _temporary;
    private readonly string _path;
    private readonly Action _check;

    private SqliteDatabaseRestore(string temporary, string path, Action check)
    {
        _temporary = temporary;
        _path = path;
        _check = check;
    }

    /// <summary>Takes a backup in.</summary>
    /// <param name="name">What the database is to be called.</param>
    /// <param name="content">The backup.</param>
    /// <param name="temporary">Where it is kept meanwhile, on the same disk as <paramref name="path"/>.</param>
    /// <param name="path">Where it is to go.</param>
    /// <param name="tuning">Sizes.</param>
    /// <param name="check">Called before it goes there; throws when it must not.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    public static async Task<SqliteDatabaseRestore> PrepareAsync(
        DatabaseName name, Stream content, string temporary, string path, SqliteTuning tuning, Action check, CancellationToken cancellationToken)
    {
        try
        {
            await ReceiveAsync(content, temporary, cancellationToken).ConfigureAwait(false);
            await Task.Run(() => Adopt(name, temporary, tuning), cancellationToken).ConfigureAwait(false);
            return new SqliteDatabaseRestore(temporary, path, check);
        }
        catch
        {
            SqliteFile.Delete(temporary);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> CommitAsync(bool replace)
    {
        _check();
        if (!replace && File.Exists(_path)) return false;

        await Task.Run(() => SqliteFile.Replace(_path, by: _temporary, DocumentSchema.Format)).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        SqliteFile.Delete(_temporary);
        return ValueTask.CompletedTask;
    }

    private static async Task ReceiveAsync(Stream content, string temporary, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.ToFault(temporary, e);
        }

        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[64 * 1024];
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
                await DiskAsync(file, () => file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).AsTask()).ConfigureAwait(false);
            await DiskAsync(file, () => Task.Run(() => file.Flush(flushToDisk: true), cancellationToken)).ConfigureAwait(false);
        }
    }

    // Apart from reading, whose failures are the caller's.
    private static async Task DiskAsync(FileStream file, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw DataFolder.ToFault(file.Name, e);
        }
    }

    private static void Adopt(DatabaseName name, string temporary, SqliteTuning tuning)
    {
        try
        {
            SqliteFile.Adopt(temporary, DocumentSchema.Format, tuning, connection => DatabaseRows.Adopt(connection, name));
        }
        catch (StoreException e) when (e.Kind == StoreFault.NewerVersion)
        {
            throw InvalidBackup.Because(name, string.Create(
                CultureInfo.InvariantCulture,
                $"it was made by a newer version of the server than this one, which knows schema versions up to {DocumentSchema.Format.Version}"));
        }
        catch (Exception e) when (e is StoreException { Kind: StoreFault.Corrupt } or InvalidOperationException or ArgumentException or InvalidInputException)
        {
            // What exactly is wrong names files of the server; whoever has the backup can only look for another one.
            throw InvalidBackup.Because(name, "it is no backup of a database, is not complete, or is damaged");
        }
    }
}
