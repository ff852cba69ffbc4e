using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>
/// What the writer does beside its callers' work: keeps the journal short and runs the store's upkeep, in small pieces — between groups when it
/// is urgent, else when nothing was written for a while. The timer is armed only while something is left to do.
/// </summary>
internal sealed class WriterIdleWork : IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly IWriterHost _host;
    private readonly SqliteTuning _tuning;
    private readonly JournalKeeper _journal;
    private readonly Action _wake;
    private readonly ITimer _timer;
    private readonly IStoreObserver? _observer;
    private int _pagesWritten;
    private bool _isArmed;
    private bool _wasBusy;
    private bool _isHeldBack;
    private volatile bool _isDue;

    public WriterIdleWork(
        SqliteConnection connection, IWriterHost host, SqliteTuning tuning, TimeProvider timeProvider, Action wake, IStoreObserver? observer)
    {
        _connection = connection;
        _host = host;
        _tuning = tuning;
        _journal = new JournalKeeper(connection, tuning, observer);
        _observer = observer;
        _wake = wake;
        _timer = CreateTimer(timeProvider);
        _pagesWritten = connection.PagesWritten();
        Arm();
    }

    /// <summary>Does what cannot wait. Called after each group, when its callers have been answered.</summary>
    public void AfterGroup()
    {
        _journal.AfterCommit();
        if (_host.Upkeep == WriterUpkeep.Now && !_isHeldBack) RunUpkeep();
        if (WroteNothing() && (_isArmed || _host.Upkeep == WriterUpkeep.None))
        {
            // Requests that find nothing to do, such as those that look for expired documents every second, would put it off for ever.
            if (_isDue) _wake();
            return;
        }

        if (!_isArmed || _isDue) Arm();
        else _wasBusy = true;
    }

    /// <summary>Does one piece of what could wait, if nothing was written for a while. Called when the queue is empty.</summary>
    /// <returns>True when there is more to do at once.</returns>
    public bool RunIfDue()
    {
        if (!_isDue) return false;

        if (_wasBusy)
        {
            Arm();
            return false;
        }

        _isHeldBack = false;
        if (_host.Upkeep != WriterUpkeep.None && RunUpkeep()) return true;
        _isDue = false;
        _isArmed = false;
        _journal.WhenIdle();
        return false;
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private ITimer CreateTimer(TimeProvider timeProvider)
    {
        // The store outlives whoever opened it; its timer must not keep that caller's context.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            return timeProvider.CreateTimer(
                _ =>
                {
                    _isDue = true;
                    _wake();
                },
                state: null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }
    }

    private bool WroteNothing()
    {
        var before = _pagesWritten;
        _pagesWritten = _connection.PagesWritten();
        return _pagesWritten == before;
    }

    private void Arm()
    {
        _isDue = false;
        _wasBusy = false;
        _isArmed = true;
        _timer.Change(_tuning.IdleDelay, Timeout.InfiniteTimeSpan);
    }

    private bool RunUpkeep()
    {
        try
        {
            _connection.BeginWrite();
            _host.RunUpkeep(_connection);
            _host.OnCommitting(_connection);
            _connection.Commit();
            _host.OnCommitted();
            _journal.AfterCommit();
            return true;
        }
        catch (StoreException e)
        {
            _observer?.OnFault(e.Kind);

            // No caller is concerned. It is tried again after the next idle time rather than between all writes; whoever writes meets the same
            // fault, if it lasts, and is told.
            _connection.Rollback();
            _host.OnRolledBack();
            _isHeldBack = true;
            return false;
        }
    }
}
