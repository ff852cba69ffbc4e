using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Server.Telemetry.Instruments;

/// <summary>A subscription that has series of its own.</summary>
/// <param name="Database">Its database.</param>
/// <param name="Entry">The subscription.</param>
/// <param name="Tags">What its series are called.</param>
internal sealed record NamedSubscription(Database Database, SubscriptionEntry Entry, KeyValuePair<string, object?>[] Tags);

/// <summary>
/// Which subscriptions have series of their own: the first so many, for as long as they exist. The others share one, for good, so that no count
/// ever goes back: what a deleted one had counted stays in it. One that is renamed takes its counts along. Thread-safe.
/// </summary>
/// <param name="max">The most that have their own.</param>
internal sealed class SubscriptionSeries(int max)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionId, NamedSubscription> _own = [];
    private readonly Dictionary<SubscriptionId, NamedSubscription> _others = [];
    private DeliveryTotals _deleted;

    /// <summary>Sorts the subscriptions that exist.</summary>
    public View Sort(IEnumerable<Database> databases)
    {
        lock (_lock)
        {
            var own = new List<NamedSubscription>();
            var others = new List<NamedSubscription>();
            var news = new List<NamedSubscription>();
            foreach (var database in databases)
            {
                foreach (var entry in database.Subscriptions.Entries)
                {
                    if (_own.TryGetValue(entry.Id, out var known)) own.Add(RenameLocked(known));
                    else if (_others.TryGetValue(entry.Id, out known)) others.Add(known);
                    else news.Add(Name(database, entry));
                }
            }

            if (own.Count < _own.Count) ForgetOwnLocked(own);
            if (others.Count < _others.Count) ForgetOthersLocked(others);
            if (news.Count > 0) PlaceLocked(news, own, others);
            return new View(own, others, _deleted);
        }
    }

    private static NamedSubscription Name(Database database, SubscriptionEntry entry) => new(
        database,
        entry,
        [new(MetricNames.Database, database.Info.Name.Value), new(MetricNames.Subscription, entry.Definition.Name)]);

    private NamedSubscription RenameLocked(NamedSubscription known)
    {
        var isSame = known.Tags.Contains(new(MetricNames.Subscription, known.Entry.Definition.Name));
        return isSame ? known : _own[known.Entry.Id] = Name(known.Database, known.Entry);
    }

    private void PlaceLocked(List<NamedSubscription> news, List<NamedSubscription> own, List<NamedSubscription> others)
    {
        foreach (var named in news.OrderBy(n => n.Entry.Stored.CreatedAt).ThenBy(n => n.Entry.Id.Value))
        {
            var hasRoom = _own.Count < max;
            (hasRoom ? _own : _others).Add(named.Entry.Id, named);
            (hasRoom ? own : others).Add(named);
        }
    }

    private void ForgetOwnLocked(List<NamedSubscription> living)
    {
        var ids = living.Select(n => n.Entry.Id).ToHashSet();
        foreach (var id in _own.Keys.Where(id => !ids.Contains(id)).ToList()) _own.Remove(id);
    }

    private void ForgetOthersLocked(List<NamedSubscription> living)
    {
        var ids = living.Select(n => n.Entry.Id).ToHashSet();
        foreach (var id in _others.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _others.Remove(id, out var gone);
            _deleted += gone!.Entry.Figures.Totals;
        }
    }

    /// <summary>The subscriptions of one moment.</summary>
    /// <param name="Own">Those with series of their own.</param>
    /// <param name="Others">Those that share one.</param>
    /// <param name="Deleted">What deleted ones of the others had counted.</param>
    internal sealed record View(
        IReadOnlyList<NamedSubscription> Own, IReadOnlyList<NamedSubscription> Others, DeliveryTotals Deleted);
}
