using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.TestKit.Subscriptions;

/// <summary>What a <see cref="FakeSubscriptionStore"/> holds: the seam's rules in their plainest form. Not thread-safe.</summary>
internal sealed class FakeSubscriptionTable
{
    private readonly Dictionary<SubscriptionId, StoredSubscription> _rows = [];

    public FakeFailedItems FailedItems { get; } = new();

    public IReadOnlyList<StoredSubscription> List(DatabaseName database) =>
        [.. _rows.Values.Where(row => row.Definition.Database == database)];

    public bool Create(StoredSubscription subscription)
    {
        if (_rows.Values.Any(row => IsSameName(row.Definition, subscription.Definition))) return false;
        if (!_rows.TryAdd(subscription.Id, subscription))
            throw new ArgumentException($"Subscription {subscription.Id} exists under another name.", nameof(subscription));
        return true;
    }

    public SubscriptionUpdate Update(SubscriptionId id, SubscriptionDefinition definition, ResumeToken? cursor)
    {
        if (!_rows.TryGetValue(id, out var row)) return new SubscriptionUpdate(UpdateOutcome.NotFound, null);
        if (row.Definition.Database != definition.Database)
            throw new ArgumentException($"Subscription {id} cannot move to '{definition.Database}'.", nameof(definition));
        if (_rows.Values.Any(other => other.Id != id && IsSameName(other.Definition, definition)))
            return new SubscriptionUpdate(UpdateOutcome.NameTaken, null);

        _rows[id] = row with { Definition = definition };
        return new SubscriptionUpdate(UpdateOutcome.Updated, cursor is null ? row.Progress : Move(id, cursor));
    }

    public bool Delete(SubscriptionId id)
    {
        FailedItems.DeleteAll(id);
        return _rows.Remove(id);
    }

    public int DeleteAll(DatabaseName database)
    {
        var ids = _rows.Values.Where(row => row.Definition.Database == database).Select(row => row.Id).ToList();
        return ids.Count(Delete);
    }

    public SubscriptionProgress? Grant(SubscriptionId id, bool isShared) => Change(id, progress => progress with
    {
        Token = new FencingToken(progress.Token.Value + 1),
        Epoch = isShared ? progress.Epoch : new FencingToken(progress.Token.Value + 1),
    });

    public SubscriptionProgress? Move(SubscriptionId id, ResumeToken cursor)
    {
        FailedItems.DeleteRetries(id);
        return Change(id, progress =>
            new SubscriptionProgress(cursor, new FencingToken(progress.Token.Value + 1), progress.LastAckAt));
    }

    public ProgressOutcome Save(ProgressUpdate update)
    {
        if (!_rows.TryGetValue(update.Subscription, out var row)) return ProgressOutcome.NotFound;
        var isFenced = update.Token.Value < row.Progress.Epoch.Value || update.Token.Value > row.Progress.Token.Value;
        if (isFenced) return ProgressOutcome.Fenced;

        Change(update.Subscription, progress => progress with
        {
            Cursor = update.Cursor,
            AckedAbove = update.AckedAbove,
            LastAckAt = update.AckedAt ?? progress.LastAckAt,
        });
        if (update.FailedItems is { } changes) FailedItems.Apply(update.Subscription, changes);
        return ProgressOutcome.Saved;
    }

    private SubscriptionProgress? Change(SubscriptionId id, Func<SubscriptionProgress, SubscriptionProgress> change)
    {
        if (!_rows.TryGetValue(id, out var row)) return null;
        var progress = change(row.Progress);
        _rows[id] = row with { Progress = progress };
        return progress;
    }

    private static bool IsSameName(SubscriptionDefinition one, SubscriptionDefinition other) =>
        one.Database == other.Database
        && SubscriptionDefinition.NormalizeName(one.Name) == SubscriptionDefinition.NormalizeName(other.Name);
}
