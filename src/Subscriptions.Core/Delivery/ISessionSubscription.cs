using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery;

/// <summary>A subscription as a worker's session sees it.</summary>
public interface ISessionSubscription
{
    /// <summary>The subscription.</summary>
    SubscriptionId Id { get; }

    /// <summary>What its sessions count.</summary>
    DeliveryFigures Figures { get; }

    /// <summary>
    /// What the session delivers, looked up when its lease is granted: the subscription may have changed while the worker waited.
    /// </summary>
    /// <param name="granted">The lease.</param>
    /// <exception cref="Errors.EngineException">The subscription was disabled or deleted meanwhile.</exception>
    SessionSource Begin(SubscriptionProgress granted);

    /// <summary>Compare-and-set of a cursor on the fencing token; durable on return. See <see cref="ISubscriptionStore.SaveProgressAsync"/>.</summary>
    ValueTask<ProgressOutcome> SaveAsync(ProgressUpdate update, CancellationToken cancellationToken);
}

/// <summary>What a session delivers.</summary>
/// <param name="Definition">The definition that holds for the whole session.</param>
/// <param name="Feed">The database's log.</param>
/// <param name="Matcher">The session's own.</param>
/// <param name="Collection">The one collection that can match; null: any.</param>
public sealed record SessionSource(SubscriptionDefinition Definition, ChangeFeed Feed, IMatcher Matcher, string? Collection);
