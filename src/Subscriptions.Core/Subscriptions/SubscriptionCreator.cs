using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Subscriptions;

/// <summary>
/// Brings subscriptions into memory, from the store or together with it, and takes them out. Called by one at a time.
/// </summary>
internal sealed class SubscriptionCreator(DatabaseName database, SubscriptionTable table, RegistryServices services, RegistryErrors errors)
{
    /// <summary>An instant as stores keep it: what is shown now must be what is shown after a restart.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    /// <summary>Makes memory what the store is, and ends the workers of what has changed by that.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await services.Store.ListAsync(database, cancellationToken);
        var ids = rows.Select(row => row.Id).ToHashSet();
        foreach (var entry in table.Entries.Where(entry => !ids.Contains(entry.Id)).ToList()) Forget(entry);
        foreach (var row in rows)
        {
            if (table.Find(row.Id) is { } entry) Restore(entry, row);
            else table.Add(row);
        }
    }

    /// <summary>A subscription is not in the store any more: ends its workers.</summary>
    public void Forget(SubscriptionEntry entry)
    {
        table.Remove(entry);
        services.Leases.Evict(entry.Id, _ => true, ErrorCode.SubscriptionNotFound);
        services.Leases.Forget(entry.Id);
    }

    /// <summary>Creates a subscription that was checked; durable on return.</summary>
    /// <returns>The subscription, and false when there was the same already.</returns>
    /// <exception cref="EngineException">SUBSCRIPTION_EXISTS, LIMIT_EXCEEDED.</exception>
    public async Task<(SubscriptionEntry Entry, bool IsCreated)> CreateAsync(SubscriptionDefinition definition, ResumeToken cursor)
    {
        if (Find(definition) is { } existing) return (existing, false);
        if (table.Count >= services.MaxSubscriptions) throw errors.TooMany(table.Count, services.MaxSubscriptions);

        var stored = new StoredSubscription(
            SubscriptionId.Create(), definition, ToMilliseconds(services.Time.GetUtcNow()), new SubscriptionProgress(cursor, new FencingToken(0), null));
        if (!await services.Store.CreateAsync(stored, CancellationToken.None)) throw errors.NameTaken(definition.Name);
        return (table.Add(stored), true);
    }

    private void Restore(SubscriptionEntry entry, StoredSubscription row)
    {
        var before = entry.Stored;

        // Only a grant or a move of the cursor raises the epoch. Else memory knows more: saves may have been made since the row was read.
        var isMoved = row.Progress.Epoch.Value > before.Progress.Epoch.Value;
        entry.Redefined(row.Definition);
        if (isMoved) entry.Moved(row.Progress);
        table.Rename(entry, before.Definition.Name, row.Definition.Name);
        if (SubscriptionChanges.EndingOf(before.Definition, row.Definition, isMoved) is { } code) services.Leases.Evict(entry.Id, _ => true, code);
    }

    // That a subscription stopped itself does not make it another one.
    private SubscriptionEntry? Find(SubscriptionDefinition definition)
    {
        if (!table.TryGet(definition.Name, out var existing)) return null;
        var current = existing.Definition;
        return current with { StoppedReason = definition.StoppedReason } == definition ? existing : throw errors.Exists(current);
    }
}
