using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>The requests that share one transaction. Belongs to the writer's thread.</summary>
internal sealed class WriteGroup(
    SqliteConnection connection, IWriterHost host, SqliteTuning tuning, TimeProvider timeProvider, IStoreObserver? observer)
{
    private readonly List<WriteItem> _items = [];
    private long _size;

    /// <summary>How many requests the group has.</summary>
    public int Count => _items.Count;

    /// <summary>When the request that came first began to wait.</summary>
    public long FirstQueuedAt => _items[0].QueuedAt;

    /// <summary>True when no more requests should be added.</summary>
    public bool IsFull => _items.Count >= tuning.GroupCount || _size >= tuning.GroupBytes;

    /// <summary>Adds a request.</summary>
    public void Add(WriteItem item)
    {
        _items.Add(item);
        _size += item.Size;
    }

    /// <summary>Carries out the requests in one transaction, answers every caller, and empties the group.</summary>
    public void Execute()
    {
        while (_items.Count > 0 && !TryExecute())
        {
            // One request failed on its own account and is gone; the others start afresh, as if it had not been there.
        }

        Clear();
    }

    /// <summary>Tells every caller that is still waiting that nothing will be done.</summary>
    public void Fail(Func<Exception> toException)
    {
        foreach (var item in _items) item.Fail(toException());
        Clear();
    }

    private bool TryExecute()
    {
        WriteItem? running = null;
        var isCommitting = false;
        var (requests, operations, startedAt) = (0, 0, timeProvider.GetTimestamp());
        try
        {
            connection.BeginWrite();
            foreach (var item in _items)
            {
                if (item.IsAbandoned) continue;
                running = item;
                item.Execute(connection);
                if (item.Operations == 0) continue;
                requests++;
                operations += item.Operations;
            }

            running = null;
            host.OnCommitting(connection);
            isCommitting = true;
            connection.Commit();
        }
        catch (StoreException e)
        {
            Undo();
            observer?.OnFault(e.Kind);
            Fail(() => ForCaller(e, isCommitting));
            return true;
        }
        catch (Exception e) when (running is not null)
        {
            Undo();
            running.Fail(e);
            _items.Remove(running);
            return false;
        }

        if (requests > 0) observer?.OnCommitted(requests, operations, timeProvider.GetElapsedTime(startedAt));
        host.OnCommitted();
        foreach (var item in _items) item.Complete();
        return true;
    }

    private void Undo()
    {
        connection.Rollback();
        host.OnRolledBack();
    }

    private void Clear()
    {
        _items.Clear();
        _size = 0;
    }

    // Each caller gets an exception of its own: they are thrown on different threads. When the sync itself fails, the journal may hold the whole
    // transaction nevertheless, and a crash right now would bring it back.
    private static StoreException ForCaller(StoreException e, bool isCommitting) =>
        new(e.Kind, e.Message, e) { OutcomeUnknown = isCommitting && e.Kind == StoreFault.Io };
}
