using SQLitePCL;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>
/// Copies an open database file to another one, some pages at a time, on the connection that writes it and between its transactions.
/// </summary>
/// <remarks>
/// SQLite writes pages that change behind the copy to both files, as they are written on the same connection; so the copy is that of the moment when it
/// is complete, and does not begin anew. Another connection would have to keep a snapshot for as long as the copy takes, and the journal could not start again
/// meanwhile: beyond its limit all writes would wait for the backup. So each write waits for one piece at most.
/// </remarks>
internal sealed class SqliteBackup : IDisposable
{
    private const int PagesAtOnce = 256;

    private readonly SqliteConnection _to;
    private sqlite3_backup? _backup;

    private SqliteBackup(SqliteConnection to, sqlite3_backup backup)
    {
        _to = to;
        _backup = backup;
    }

    /// <summary>Makes a copy.</summary>
    /// <param name="writer">The writer of the file to copy.</param>
    /// <param name="source">Its connection, which stays open until this returns.</param>
    /// <param name="path">The copy; does not exist. It is not synced. The caller deletes what is left of it after a failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task CopyAsync(SqliteWriter writer, SqliteConnection source, string path, CancellationToken cancellationToken)
    {
        using var to = SqliteConnection.Open(path, SqliteAccess.Create);
        to.Execute("pragma synchronous = off");
        to.Execute("pragma journal_mode = off");
        var backup = await writer.RunBetweenAsync(from => new SqliteBackup(to, from.BeginBackup(to))).ConfigureAwait(false);
        try
        {
            while (!await writer.RunBetweenAsync(_ => backup.Step()).ConfigureAwait(false)) cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await backup.EndAsync(writer).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // What went wrong was told by the step that met it.
        if (_backup is { } backup) _ = raw.sqlite3_backup_finish(backup);
        _backup = null;
    }

    private async ValueTask EndAsync(SqliteWriter writer)
    {
        try
        {
            await writer.RunBetweenAsync(_ =>
            {
                Dispose();
                return true;
            }).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Kind == StoreFault.Closed)
        {
            // Nobody else uses the connection any more.
            Dispose();
        }
    }

    // Returns true when the copy is complete.
    private bool Step()
    {
        var code = raw.sqlite3_backup_step(_backup, PagesAtOnce);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE)) throw SqliteFaults.ToException(code, _to.Path, raw.sqlite3_errstr(code).utf8_to_string());
        return code == raw.SQLITE_DONE;
    }
}
