using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Who sleeps until something newer exists, by collection: a commit wakes the listeners of its collections and those of all, once, and
/// touches no other. Thread-safe.
/// </summary>
internal sealed class FeedListeners
{
    private readonly Lock _lock = new();
    private readonly ListenerGroup _ofAll = new(TimeProvider.System);
    private readonly Dictionary<string, ListenerGroup> _ofCollection = [];

    public FeedListener Add(string? collection, bool isPatient)
    {
        var signal = new AsyncSignal();
        lock (_lock)
        {
            if (collection is null) _ofAll.Add(signal, isPatient);
            else if (_ofCollection.TryGetValue(collection, out var listeners)) listeners.Add(signal, isPatient);
            else (_ofCollection[collection] = new ListenerGroup(TimeProvider.System)).Add(signal, isPatient);
        }

        return new FeedListener(this, collection, signal);
    }

    public void Remove(string? collection, AsyncSignal signal)
    {
        lock (_lock)
        {
            if (collection is null) _ofAll.Remove(signal);
            else if (_ofCollection.TryGetValue(collection, out var listeners) && listeners.Remove(signal)) _ofCollection.Remove(collection);
        }
    }

    public void Wake(IReadOnlyList<CommittedChange> changes)
    {
        lock (_lock)
        {
            _ofAll.Wake(changes.Count);
            if (_ofCollection.Count == 0) return;

            string? previous = null;
            foreach (var committed in changes)
            {
                var collection = committed.Change.Collection;
                if (ReferenceEquals(collection, previous)) continue;
                previous = collection;
                if (_ofCollection.TryGetValue(collection, out var listeners)) listeners.Wake(changes.Count);
            }
        }
    }

    public void WakeAll()
    {
        lock (_lock)
        {
            _ofAll.Wake(1);
            foreach (var listeners in _ofCollection.Values) listeners.Wake(1);
        }
    }
}

/// <summary>A reader's place among those to be woken.</summary>
public sealed class FeedListener : IDisposable
{
    private readonly FeedListeners _listeners;
    private readonly string? _collection;
    private readonly AsyncSignal _signal;

    internal FeedListener(FeedListeners listeners, string? collection, AsyncSignal signal)
    {
        _listeners = listeners;
        _collection = collection;
        _signal = signal;
    }

    /// <summary>
    /// Sleeps until a change that may concern the listener was committed since the last wait, or <see cref="Wake"/> was called. Only a hint:
    /// read again and see. Of several who wait one is woken, the first.
    /// </summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>Wakes the first who waits, or lets the next wait return at once.</summary>
    public void Wake() => _signal.Set();

    /// <inheritdoc />
    public void Dispose() => _listeners.Remove(_collection, _signal);
}
