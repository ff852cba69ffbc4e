using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Subscriptions;

/// <summary>Brings subscriptions into memory: from the store, or new ones together with the store. Called by one at a time.</summary>
internal sealed class SubscriptionCreator(DatabaseName database, SubscriptionTable table, RegistryServices services, RegistryErrors errors)
{
    /// <summary>An instant as stores keep it: what is shown now must be what is shown after a restart.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    /// <summary>Reads what the store has and memory has not.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in await services.Store.ListAsync(database, cancellationToken))
        {
            if (!table.Contains(stored.Id)) table.Add(stored);
        }
    }

    /// <summary>Creates a subscription that was checked; durable on return.</summary>
    /// <returns>The subscription, and false when there was the same already.</returns>
    /// <exception cref="Errors.EngineException">SUBSCRIPTION_EXISTS, LIMIT_EXCEEDED.</exception>
    public async Task<(SubscriptionEntry Entry, bool IsCreated)> CreateAsync(SubscriptionDefinition definition, ResumeToken cursor)
    {
        if (Find(definition) is { } existing) return (existing, false);
        if (table.Count >= services.MaxSubscriptions) throw errors.TooMany(table.Count, services.MaxSubscriptions);

        var stored = new StoredSubscription(
            SubscriptionId.Create(), definition, ToMilliseconds(services.Time.GetUtcNow()), new SubscriptionProgress(cursor, new FencingToken(0), null));
        if (await services.Store.CreateAsync(stored, CancellationToken.None)) return (table.Add(stored), true);

        // In the store and not in memory: an earlier create failed without knowing that it had succeeded.
        await LoadAsync(CancellationToken.None);
        return (Find(definition) ?? throw errors.NameTaken(definition.Name), false);
    }

    // That a subscription stopped itself does not make it another one.
    private SubscriptionEntry? Find(SubscriptionDefinition definition)
    {
        if (!table.TryGet(definition.Name, out var existing)) return null;
        var current = existing.Definition;
        return current with { StoppedReason = definition.StoppedReason } == definition ? existing : throw errors.Exists(current);
    }
}
