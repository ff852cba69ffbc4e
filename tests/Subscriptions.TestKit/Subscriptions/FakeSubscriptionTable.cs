using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>What a <see cref="FakeSubscriptionStore"/> holds: the seam's rules in their plainest form. Not thread-safe.</summary>
internal sealed class FakeSubscriptionTable
{
    private readonly Dictionary<SubscriptionId, StoredSubscription> _rows = [];

    public IReadOnlyList<StoredSubscription> List(DatabaseName database) =>
        [.. _rows.Values.Where(row => row.Definition.Database == database)];

    public bool Create(StoredSubscription subscription)
    {
        if (_rows.Values.Any(row => IsSameName(row.Definition, subscription.Definition))) return false;
        if (!_rows.TryAdd(subscription.Id, subscription))
            throw new ArgumentException($"Subscription {subscription.Id} exists under another name.", nameof(subscription));
        return true;
    }

    public bool Update(SubscriptionId id, SubscriptionDefinition definition)
    {
        if (!_rows.TryGetValue(id, out var row)) return false;
        if (!IsSameName(row.Definition, definition))
            throw new ArgumentException($"Subscription {id} cannot become '{definition.Name}'.", nameof(definition));
        _rows[id] = row with { Definition = definition };
        return true;
    }

    public bool Delete(SubscriptionId id) => _rows.Remove(id);

    public int DeleteAll(DatabaseName database)
    {
        var ids = _rows.Values.Where(row => row.Definition.Database == database).Select(row => row.Id).ToList();
        return ids.Count(_rows.Remove);
    }

    public SubscriptionProgress? NextToken(SubscriptionId id, ResumeToken? cursor)
    {
        if (!_rows.TryGetValue(id, out var row)) return null;
        var progress = row.Progress with
        {
            Token = new FencingToken(row.Progress.Token.Value + 1),
            Cursor = cursor ?? row.Progress.Cursor,
        };
        _rows[id] = row with { Progress = progress };
        return progress;
    }

    public ProgressOutcome Save(ProgressUpdate update)
    {
        if (!_rows.TryGetValue(update.Subscription, out var row)) return ProgressOutcome.NotFound;
        if (row.Progress.Token != update.Token) return ProgressOutcome.Fenced;
        _rows[update.Subscription] = row with
        {
            Progress = row.Progress with { Cursor = update.Cursor, LastAckAt = update.AckedAt ?? row.Progress.LastAckAt },
        };
        return ProgressOutcome.Saved;
    }

    private static bool IsSameName(SubscriptionDefinition one, SubscriptionDefinition other) =>
        one.Database == other.Database
        && SubscriptionDefinition.NormalizeName(one.Name) == SubscriptionDefinition.NormalizeName(other.Name);
}
