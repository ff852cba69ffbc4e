using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries;

/// <summary>A filter as a view: what passes is delivered as it is.</summary>
/// <param name="filter">The filter.</param>
public sealed class FilterView(IChangeFilter filter) : IChangeView
{
    /// <inheritdoc />
    public string? Collection => filter.Collection;

    /// <inheritdoc />
    public bool HasIncludes => false;

    /// <inheritdoc />
    public bool RunsScripts => false;

    /// <inheritdoc />
    public Change? Apply(Change change) => filter.Matches(change) ? change : null;

    /// <inheritdoc />
    public void CollectIncludes(Change change, ICollection<string> ids)
    {
    }
}
