using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Leases;

/// <summary>
/// Hears what becomes of one request for a lease: places in the queue, then at most one of granted and ended, then at most one ended.
/// Called in order, one call at a time, under a lock: implementations only post a message.
/// </summary>
public interface ILeaseObserver
{
    /// <summary>The request waits.</summary>
    /// <param name="place">Its place, from 1.</param>
    /// <param name="holder">Who has the subscription.</param>
    void OnPlace(int place, WorkerInfo holder);

    /// <summary>The request has the subscription; its fencing token is durable.</summary>
    /// <param name="progress">Where to start, and the token.</param>
    void OnGranted(SubscriptionProgress progress);

    /// <summary>The request was refused, or its lease has ended, for this reason. It need not be released any more.</summary>
    void OnEnded(EngineException reason);
}
