using System.Globalization;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Subscriptions;

/// <summary>What the subscriptions of one database refuse, and how they say so.</summary>
internal sealed class RegistryErrors(DatabaseName database)
{
    public EngineException NotFound(string name) => new(
        ErrorCode.SubscriptionNotFound,
        $"Database '{database}' has no subscription '{name}'.",
        ("database", database.Value),
        ("subscription", name));

    public EngineException Dropped() => new(
        ErrorCode.DatabaseNotFound, $"Database '{database}' was dropped.", ("database", database.Value));

    public EngineException Exists(SubscriptionDefinition existing) => new(
        ErrorCode.SubscriptionExists,
        $"Database '{database}' has a subscription '{existing.Name}' with another definition (query: {existing.Query}).",
        ("database", database.Value),
        ("subscription", existing.Name));

    public EngineException NameTaken(string name) => new(
        ErrorCode.SubscriptionExists,
        $"Database '{database}' has another subscription '{name}'; names are the same whatever their case.",
        ("database", database.Value),
        ("subscription", name));

    public EngineException Disabled(SubscriptionDefinition definition) => new(
        ErrorCode.SubscriptionDisabled,
        definition.StoppedReason.Length == 0
            ? $"Subscription '{definition.Name}' of database '{database}' is disabled."
            : $"Subscription '{definition.Name}' of database '{database}' stopped: {definition.StoppedReason}",
        ("database", database.Value),
        ("subscription", definition.Name));

    public EngineException TooMany(int count, int limit) => new(
        ErrorCode.LimitExceeded,
        $"Database '{database}' has {count} subscriptions; the limit (Limits:SubscriptionsPerDatabase) is {limit}.",
        ("limit", limit.ToString(CultureInfo.InvariantCulture)),
        ("setting", "Limits:SubscriptionsPerDatabase"));

    public EngineException HistoryChanging() => new(
        ErrorCode.HistoryChanged,
        $"Database '{database}' is being restored or rewound; reconnect to go on from where its history goes on.",
        ("database", database.Value));

    /// <summary>SUBSCRIPTION_CHANGED: the worker came in the middle of a change.</summary>
    public static EngineException Changing() => new(
        ErrorCode.SubscriptionChanged, "The subscription is being changed; reconnect to go on with what holds then.");
}
