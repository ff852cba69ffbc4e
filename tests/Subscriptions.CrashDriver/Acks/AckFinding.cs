using Subscriptions.Core.Subscriptions;

namespace Subscriptions.CrashDriver.Acks;

/// <summary>All that a store holds of one subscription.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Failures">Its failed items.</param>
public sealed record AckFinding(StoredSubscription Subscription, AckFailures Failures)
{
    /// <summary>Reads what a store holds.</summary>
    public static async Task<IReadOnlyList<AckFinding>> ReadAllAsync(ISubscriptionStore store)
    {
        var found = new List<AckFinding>();
        foreach (var subscription in await store.ListAsync(AckValues.Database, CancellationToken.None))
            found.Add(new AckFinding(subscription, await AckFailures.ReadAsync(store, subscription.Id)));
        return found;
    }
}
