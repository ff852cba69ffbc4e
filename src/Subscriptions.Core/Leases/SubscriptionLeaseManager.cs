using System.Collections.Concurrent;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Leases;

/// <summary>
/// Decides who may work on a subscription: at most one worker at a time, or any number that all asked to share it, each with a larger fencing
/// token than all before it, persisted before the worker hears of it. Those who wait are served first come first served, by the release itself; nothing polls. Thread-safe.
/// </summary>
public sealed class SubscriptionLeaseManager(ISubscriptionStore store)
{
    private readonly ConcurrentDictionary<SubscriptionId, LeaseSlot> _slots = new();
    private Closed? _closed;
    private long _requests;

    /// <summary>Asks for a subscription. The answer goes to the observer, possibly before this call returns.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="worker">Who asks, and with which strategy.</param>
    /// <param name="observer">Hears the answer.</param>
    /// <returns>To be disposed when the worker is gone, whatever the answer was: that releases the subscription or the place.</returns>
    public LeaseTicket Request(SubscriptionId subscription, WorkerInfo worker, ILeaseObserver observer)
    {
        var request = new LeaseRequest(Interlocked.Increment(ref _requests), worker);
        var slot = _slots.GetOrAdd(subscription, id => new LeaseSlot(id, store));
        slot.Open(request, observer);

        // Looked at after the opening, and closed before the slots are gone through: one of the two ends the request.
        if (Volatile.Read(ref _closed) is { } reason) slot.Evict(_ => true, reason.Code, why: null);
        return new LeaseTicket(slot, request);
    }

    /// <summary>Ends the conversations of a subscription's workers, holders and waiting ones.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="isMeant">Which workers are meant.</param>
    /// <param name="code">Why.</param>
    /// <param name="why">The same for people, where there is more to say than the code does.</param>
    /// <returns>How many were ended.</returns>
    public int Evict(SubscriptionId subscription, Func<LeasedWorker, bool> isMeant, ErrorCode code, string? why = null) =>
        _slots.TryGetValue(subscription, out var slot) ? slot.Evict(isMeant, code, why) : 0;

    /// <summary>Ends the conversations of all workers of all subscriptions, and of all that ask from now on.</summary>
    public void Close(ErrorCode code)
    {
        Volatile.Write(ref _closed, new Closed(code));
        foreach (var slot in _slots.Values) slot.Evict(_ => true, code, why: null);
    }

    /// <summary>Who has a subscription and who waits for it.</summary>
    public LeaseSnapshot GetSnapshot(SubscriptionId subscription) =>
        _slots.TryGetValue(subscription, out var slot) ? slot.GetSnapshot() : new LeaseSnapshot([], []);

    /// <summary>Drops what is remembered of a subscription that was deleted.</summary>
    public void Forget(SubscriptionId subscription) => _slots.TryRemove(subscription, out _);

    private sealed record Closed(ErrorCode Code);
}
