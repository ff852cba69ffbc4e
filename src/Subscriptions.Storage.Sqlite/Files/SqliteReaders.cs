using System.Collections.Concurrent;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>Read-only connections to one file, opened as they are needed. Thread-safe.</summary>
internal sealed class SqliteReaders : IAsyncDisposable
{
    private readonly string _path;
    private readonly SqliteTuning _tuning;
    private readonly IStoreObserver? _observer;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentStack<SqliteConnection> _idle = new();
    private volatile bool _isClosed;

    public SqliteReaders(string path, SqliteTuning tuning, IStoreObserver? observer = null)
    {
        _path = path;
        _tuning = tuning;
        _observer = observer;
        _free = new SemaphoreSlim(tuning.Readers, tuning.Readers);
    }

    /// <summary>Runs a read in a snapshot of its own.</summary>
    /// <param name="state">Handed to <paramref name="read"/>, so that it can be static.</param>
    /// <param name="read">
    /// Runs on the caller's thread: a page comes from memory far more often than not, and a hop to another thread would cost more than the
    /// read. Must be short: as long as it runs, the journal cannot start again.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for a connection.</param>
    public async ValueTask<T> ReadAsync<TState, T>(TState state, Func<SqliteConnection, TState, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed) throw new StoreException(StoreFault.Closed, $"The store '{_path}' is closed.");
            return Read(state, read);
        }
        catch (StoreException e) when (e.Kind != StoreFault.Closed)
        {
            _observer?.OnFault(e.Kind);
            throw;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that are running and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        for (var i = 0; i < _tuning.Readers; i++) await _free.WaitAsync().ConfigureAwait(false);
        while (_idle.TryPop(out var connection)) connection.Dispose();

        // Whoever still waits for a connection is let through to be told that the store is closed.
        _free.Release(_tuning.Readers);
    }

    private T Read<TState, T>(TState state, Func<SqliteConnection, TState, T> read)
    {
        if (!_idle.TryPop(out var connection)) connection = Open();
        var isReusable = false;
        try
        {
            connection.Begin();
            var result = read(connection, state);
            connection.Commit();
            isReusable = true;
            return result;
        }
        finally
        {
            if (isReusable) _idle.Push(connection);
            else connection.Dispose();
        }
    }

    private SqliteConnection Open()
    {
        var connection = SqliteConnection.Open(_path, SqliteAccess.Read);
        try
        {
            connection.Execute($"pragma cache_size = -{_tuning.ReaderCacheBytes / 1024}");
            connection.Execute("pragma cell_size_check = on");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
