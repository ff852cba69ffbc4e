using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Projections;

namespace Subscriptions.Core.Queries;

/// <summary>What one reader gets of a query.</summary>
/// <param name="source">Where paths begin.</param>
/// <param name="filter">Which changes.</param>
/// <param name="projector">What is made of them; null: they are delivered as they are.</param>
/// <param name="includes">What comes along; null: nothing.</param>
/// <param name="readsRevisions">Whether the query sees pairs of versions, and so deletions.</param>
internal sealed class QueryView(
    IContentSource source, IChangeFilter filter, Projector? projector, IncludeReader? includes, bool readsRevisions) : IChangeView
{
    public string? Collection => filter.Collection;

    public bool HasIncludes => includes is not null;

    public Change? Apply(Change change)
    {
        // A tombstone has nothing that a condition could look at.
        if (change.IsTombstone && !readsRevisions) return CollectionFilter.IsIn(Collection, change) ? change : null;

        try
        {
            if (!filter.Matches(change)) return null;
            return projector is null ? change : change.With(projector.Project(change));
        }
        catch (ProjectionException e)
        {
            return change.Failed(e.Message);
        }
        finally
        {
            source.End();
        }
    }

    public void CollectIncludes(Change change, ICollection<string> ids)
    {
        if (includes is null) return;
        includes.Collect(change, ids);
        source.End();
    }
}
