using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Lets the documents of one collection pass, or all. Has no state and may be shared.</summary>
/// <param name="collection">The collection; null: all.</param>
public sealed class CollectionFilter(string? collection) : IChangeFilter
{
    /// <inheritdoc />
    public string? Collection => collection;

    /// <inheritdoc />
    public bool Matches(Change change) => IsIn(collection, change);

    /// <summary>Whether a query over the collection (null: over all) sees the document at all. Design documents are in no collection.</summary>
    public static bool IsIn(string? collection, Change change) =>
        collection is null
        || (change.Collection == collection && !change.Id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal));
}

/// <summary>Lets the documents pass for which a condition holds.</summary>
internal sealed class ConditionFilter(string? collection, Predicate condition, DocumentState document) : IChangeFilter
{
    public string? Collection => collection;

    public bool Matches(Change change)
    {
        document.Scripts?.Begin(change);
        try
        {
            return Holds(change);
        }
        catch (EvaluationException)
        {
            return false;
        }
        finally
        {
            document.Scripts?.End();
        }
    }

    /// <summary>Whether the condition holds for the document, for who has begun with its scripts.</summary>
    /// <exception cref="EvaluationException">A function failed on the document.</exception>
    public bool Holds(Change change)
    {
        if (!CollectionFilter.IsIn(collection, change)) return false;

        document.Begin(change);
        try
        {
            return condition.Holds(document) && !document.IsBroken;
        }
        finally
        {
            document.End();
        }
    }
}
