using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery.Flows;
using Subscriptions.Core.Delivery.History;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>A subscription as a worker's session sees it.</summary>
public interface ISessionSubscription
{
    /// <summary>The subscription.</summary>
    SubscriptionId Id { get; }

    /// <summary>What its sessions count.</summary>
    DeliveryFigures Figures { get; }

    /// <summary>Where what happens to its sessions is remembered.</summary>
    SubscriptionHistory History { get; }

    /// <summary>
    /// What the session delivers, looked up when its lease is granted: the subscription may have changed while the worker waited.
    /// </summary>
    /// <param name="granted">The lease.</param>
    /// <exception cref="Errors.EngineException">The subscription was disabled or deleted meanwhile.</exception>
    SessionSource Begin(SubscriptionProgress granted);

    /// <summary>What is stored, as of the last grant, move or save.</summary>
    SubscriptionProgress Progress { get; }

    /// <summary>True while the subscription is being changed in a way that ends its workers.</summary>
    bool IsChanging { get; }

    /// <summary>Where the workers that share the subscription meet.</summary>
    FlowSlot Flow { get; }

    /// <summary>The items that wait for another try.</summary>
    ValueTask<IReadOnlyList<FailedItem>> ListRetriesAsync(string afterId, int max, CancellationToken cancellationToken);

    /// <summary>Disables the subscription, because an item was delivered as often as it may be and the policy says so. Durable on return.</summary>
    Task StopAsync(string reason, CancellationToken cancellationToken);

    /// <summary>Compare-and-set of a cursor on the fencing token; durable on return. See <see cref="ISubscriptionStore.SaveProgressAsync"/>.</summary>
    ValueTask<ProgressOutcome> SaveAsync(ProgressUpdate update, CancellationToken cancellationToken);
}

/// <summary>What a session delivers.</summary>
/// <param name="Definition">The definition that holds for the whole session.</param>
/// <param name="Feed">The database's log.</param>
/// <param name="View">What is delivered of changes; belongs to who asked.</param>
/// <param name="Progress">Where to start: what is stored, and what was saved since.</param>
public sealed record SessionSource(SubscriptionDefinition Definition, ChangeFeed Feed, SubscriptionView View, SubscriptionProgress Progress)
{
    /// <summary>True when every version is delivered, not the newest only.</summary>
    public bool IsRevisions { get; init; }

    /// <summary>
    /// True when deletions that are purged before they are read do not matter: nobody asked for them, or they are missed like other
    /// revisions that are not kept any more.
    /// </summary>
    public bool CanMissDeletes => !Definition.IncludeDeletes || IsRevisions;
}
