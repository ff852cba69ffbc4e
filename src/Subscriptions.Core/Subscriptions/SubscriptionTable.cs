using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Subscriptions.Core.Subscriptions;

/// <summary>The subscriptions of one database in memory, by identity and by name. Read by anybody, changed by one at a time.</summary>
internal sealed class SubscriptionTable
{
    private readonly ConcurrentDictionary<string, SubscriptionEntry> _byName = new();
    private readonly ConcurrentDictionary<SubscriptionId, SubscriptionEntry> _byId = new();

    /// <summary>All of them, in no order; what comes and goes meanwhile may be among them or not.</summary>
    public IEnumerable<SubscriptionEntry> Entries => _byId.Select(e => e.Value);

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    public bool Contains(SubscriptionId id) => _byId.ContainsKey(id);

    public SubscriptionEntry? Find(SubscriptionId id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds one by name, whatever its case.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out SubscriptionEntry entry) =>
        _byName.TryGetValue(SubscriptionDefinition.NormalizeName(name), out entry);

    public SubscriptionEntry Add(StoredSubscription stored)
    {
        var entry = new SubscriptionEntry(stored);
        _byName[SubscriptionDefinition.NormalizeName(stored.Definition.Name)] = entry;
        _byId[stored.Id] = entry;
        return entry;
    }

    public void Remove(SubscriptionEntry entry)
    {
        _byName.TryRemove(SubscriptionDefinition.NormalizeName(entry.Definition.Name), out _);
        _byId.TryRemove(entry.Id, out _);
    }

    /// <summary>Finds a subscription under its new name from now on. Sessions hold the entry and notice nothing.</summary>
    public void Rename(SubscriptionEntry entry, string oldName, string newName)
    {
        var (oldKey, newKey) = (SubscriptionDefinition.NormalizeName(oldName), SubscriptionDefinition.NormalizeName(newName));
        if (oldKey == newKey) return;

        // In this order, so that nobody who asks meanwhile hears that there is no such subscription.
        _byName[newKey] = entry;
        _byName.TryRemove(oldKey, out _);
    }

    public void Clear()
    {
        _byName.Clear();
        _byId.Clear();
    }
}
