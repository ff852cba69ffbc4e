using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Delivery;

/// <summary>Decides which changes a subscription delivers.</summary>
public interface IMatcher
{
    /// <summary>Whether the change is delivered.</summary>
    bool Matches(Change change);
}

/// <summary>
/// A subscription's rule: its query for documents that exist; for deletions and expiries, which have no content that a condition could
/// look at, the collection alone, and only if the definition asks for them.
/// </summary>
public sealed class SubscriptionMatcher(IChangeFilter filter, bool includeDeletes) : IMatcher
{
    /// <inheritdoc />
    public bool Matches(Change change)
    {
        if (!change.IsTombstone) return filter.Matches(change);
        if (!includeDeletes) return false;
        if (filter.Collection is not { } collection) return true;
        return change.Collection == collection && !change.Id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal);
    }
}
