using System.Threading.Channels;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>
/// The single writer of one file, with group commit: what callers handed over while a transaction was being synced shares the next one.
/// A caller that is alone waits for nothing but its own transaction. Thread-safe.
/// </summary>
/// <remarks>
/// It has a thread of its own, because it spends its time in blocking calls: on the pool, as many writers as there are processors would
/// hold up everything else.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTuning _tuning;
    private readonly WriteGroup _group;
    private readonly WriterIdleWork _idleWork;
    private readonly Channel<WriteItem> _queue;
    private readonly TimeProvider _timeProvider;
    private readonly IStoreObserver? _observer;
    private readonly BetweenWork _between = new();
    private readonly ManualResetEventSlim _wake = new(initialState: false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _failure;

    /// <summary>Starts the writer. The connection belongs to it until it is disposed.</summary>
    public SqliteWriter(
        SqliteConnection connection, IWriterHost host, SqliteTuning tuning, TimeProvider timeProvider, IStoreObserver? observer = null)
    {
        _connection = connection;
        _tuning = tuning;
        _timeProvider = timeProvider;
        _observer = observer;
        _group = new WriteGroup(connection, host, tuning, timeProvider, observer);
        _idleWork = new WriterIdleWork(connection, host, tuning, timeProvider, _wake.Set, observer);

        // Full: callers wait, which is how a slow disk slows them. The bound is on requests, not bytes, because a caller holds its request in
        // memory whether it waits inside the queue or before it.
        _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(tuning.QueuedWrites)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = false,
        });
        new Thread(Loop) { IsBackground = true, Name = "writer of " + Path.GetFileName(connection.Path) }.UnsafeStart();
    }

    /// <summary>Does some work in the next transaction.</summary>
    /// <returns>The work's result, when it is durable.</returns>
    /// <exception cref="StoreException">Nothing of the work was committed, or <see cref="StoreException.OutcomeUnknown"/>.</exception>
    public ValueTask<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(new DelegateWriteItem<T>(work), cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{SqliteConnection, T}, CancellationToken)" />
    public async ValueTask<T> RunAsync<T>(WriteItem<T> item, CancellationToken cancellationToken)
    {
        // Here and not only below: the writer may be done with the item before this thread comes to register.
        cancellationToken.ThrowIfCancellationRequested();
        item.QueuedAt = _timeProvider.GetTimestamp();
        _observer?.OnQueueChanged(1);
        if (!_queue.Writer.TryWrite(item)) await EnqueueAsync(item, cancellationToken).ConfigureAwait(false);
        _wake.Set();

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((WriteItem<T>)state!).Abandon(token), item);
        return await item.Answer.ConfigureAwait(false);
    }

    /// <summary>Does a short piece of work on the connection between two transactions.</summary>
    /// <exception cref="StoreException">The writer has stopped; the piece was not done.</exception>
    public async ValueTask<T> RunBetweenAsync<T>(Func<SqliteConnection, T> work)
    {
        var done = _between.TryAdd(work) ?? throw Closed();
        _wake.Set();
        return await done.ConfigureAwait(false);
    }

    /// <summary>Carries out what is queued and stops; the connection stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _wake.Set();
        await _stopped.Task.ConfigureAwait(false);
        await _idleWork.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask EnqueueAsync(WriteItem item, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _observer?.OnQueueChanged(-1);
            if (e is ChannelClosedException) throw Closed();
            throw;
        }
    }

    private void Loop()
    {
        try
        {
            while (WaitForWork())
            {
                if (TakeGroup())
                {
                    _group.Execute();
                    _idleWork.AfterGroup();
                }
                else if (_idleWork.RunIfDue())
                {
                    _wake.Set();
                }

                _between.RunNext(_connection);
                if (_between.HasMore) _wake.Set();
            }
        }
        catch (Exception e)
        {
            // Memory and disk may disagree from here on. Opening the store again reads everything afresh.
            _failure = e;
            _queue.Writer.TryComplete();
            _group.Fail(() => Closed(isOutcomeUnknown: true));
            while (_queue.Reader.TryRead(out var item))
            {
                _observer?.OnQueueChanged(-1);
                item.Fail(Closed());
            }
        }
        finally
        {
            _between.Stop(() => Closed());
            _stopped.SetResult();
        }
    }

    private bool WaitForWork()
    {
        _wake.Wait();

        // Cleared before the queue is looked at: whoever adds to it afterwards sets the signal again.
        _wake.Reset();
        return !_queue.Reader.Completion.IsCompleted;
    }

    private bool TakeGroup()
    {
        while (!_group.IsFull && _queue.Reader.TryRead(out var item)) _group.Add(item);

        // What did not fit comes next, without waiting for a signal.
        if (_group.IsFull || _queue.Reader.Completion.IsCompleted) _wake.Set();
        if (_group.Count == 0) return false;

        _observer?.OnQueueChanged(-_group.Count);
        _observer?.OnTaken(_timeProvider.GetElapsedTime(_group.FirstQueuedAt));
        return true;
    }

    private StoreException Closed(bool isOutcomeUnknown = false) => _failure is { } failure
        ? new StoreException(
            StoreFault.Closed,
            $"The store '{_connection.Path}' closed itself after an unexpected failure: {failure.Message} Open it again, or restart the server.",
            failure)
        {
            OutcomeUnknown = isOutcomeUnknown,
        }
        : new StoreException(StoreFault.Closed, $"The store '{_connection.Path}' is closed.");
}
