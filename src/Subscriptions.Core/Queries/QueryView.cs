using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Queries.Projections;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries;

/// <summary>What one reader gets of a query.</summary>
/// <param name="source">Where paths begin.</param>
/// <param name="collection">The one collection that can match; null: any.</param>
/// <param name="filter">Which changes of it; null: all.</param>
/// <param name="projector">What is made of them; null: they are delivered as they are.</param>
/// <param name="includes">What comes along; null: nothing.</param>
/// <param name="scripts">Calls the query's functions; null when it has none.</param>
internal sealed class QueryView(
    IContentSource source, string? collection, ConditionFilter? filter, Projector? projector, IncludeReader? includes, ScriptSession? scripts) : IChangeView
{
    private readonly bool _seesTombstones = source is RevisionPair;

    public string? Collection => collection;

    public bool HasIncludes => includes is not null;

    public bool RunsScripts => scripts is not null;

    public Change? Apply(Change change)
    {
        // A tombstone has nothing that a condition could look at.
        if (change.IsTombstone && !_seesTombstones) return CollectionFilter.IsIn(Collection, change) ? change : null;

        scripts?.Begin(change);
        try
        {
            if (!(filter?.Holds(change) ?? CollectionFilter.IsIn(collection, change))) return null;
            return projector is null ? change : change.With(projector.Project(change));
        }
        catch (EvaluationException e)
        {
            return change.Failed(e.Message);
        }
        finally
        {
            scripts?.End();
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
