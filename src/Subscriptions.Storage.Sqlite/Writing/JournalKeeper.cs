using SQLitePCL;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>
/// Keeps the write-ahead journal short: copies it into the file every so many pages, after callers were answered. Readers that overlap
/// without end keep SQLite from starting the journal again; beyond a limit the writer therefore waits for them, and new readers then read
/// the file itself. Belongs to the writer's thread.
/// </summary>
internal sealed class JournalKeeper(SqliteConnection connection, SqliteTuning tuning, IStoreObserver? observer)
{
    private int _pagesAtCheckpoint = connection.PagesWritten();
    private bool _isEmpty = true;

    /// <summary>Copies the journal if enough was written since the last time.</summary>
    public void AfterCommit()
    {
        if (connection.PagesWritten() - _pagesAtCheckpoint < tuning.CheckpointPages) return;
        if (Copy(raw.SQLITE_CHECKPOINT_PASSIVE, waitForReaders: false) > tuning.JournalLimitPages)
            Copy(raw.SQLITE_CHECKPOINT_RESTART, waitForReaders: true);
    }

    /// <summary>Copies the journal if anything was written since the last time, and gives its space on disk back.</summary>
    public void WhenIdle()
    {
        if (_isEmpty && connection.PagesWritten() == _pagesAtCheckpoint) return;
        Copy(raw.SQLITE_CHECKPOINT_TRUNCATE, waitForReaders: false);
    }

    private int Copy(int mode, bool waitForReaders)
    {
        try
        {
            var (pages, isComplete) = connection.Checkpoint(mode, waitForReaders);
            _isEmpty = isComplete && mode == raw.SQLITE_CHECKPOINT_TRUNCATE;
            return pages;
        }
        catch (StoreException e)
        {
            observer?.OnFault(e.Kind);

            // Nothing is lost: all of it is durable in the journal, which only stays long until a later copy succeeds. If the disk is at
            // fault, the next write meets the same fault and tells its caller.
            _isEmpty = false;
            return 0;
        }
        finally
        {
            _pagesAtCheckpoint = connection.PagesWritten();
        }
    }
}
