using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Core.Delivery;

/// <summary>
/// A subscription's rule: its query for documents that exist; for deletions and expiries, which have no content that a condition could
/// look at, the collection alone, and only if the definition asks for them. Over revisions a deletion is a pair like any other, and the
/// query decides.
/// </summary>
public sealed class SubscriptionView(IChangeView query, bool includeDeletes, bool isRevisions) : IChangeView
{
    /// <inheritdoc />
    public string? Collection => query.Collection;

    /// <inheritdoc />
    public bool HasIncludes => query.HasIncludes;

    /// <inheritdoc />
    public bool RunsScripts => query.RunsScripts;

    /// <inheritdoc />
    public Change? Apply(Change change)
    {
        if (!change.IsTombstone || isRevisions) return query.Apply(change);
        if (!includeDeletes) return null;

        var isMeant = Collection is not { } collection
            || (change.Collection == collection && !change.Id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal));
        return isMeant ? change : null;
    }

    /// <inheritdoc />
    public void CollectIncludes(Change change, ICollection<string> ids) => query.CollectIncludes(change, ids);
}
