using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries;

/// <summary>
/// Decides which changes a reader gets. One interface for every kind of filter: subscription queries, selectors, filter functions.
/// </summary>
/// <remarks>An instance belongs to one reader and is not thread-safe: it may reuse buffers between calls.</remarks>
public interface IChangeFilter
{
    /// <summary>
    /// The one collection that can match, if there is one: a reader need not wake for, and a feed need not show, any other. Null: any.
    /// </summary>
    string? Collection { get; }

    /// <summary>
    /// Whether the reader gets the change. Called only for changes of <see cref="Collection"/>; never throws for any content: a document
    /// on which the filter cannot be evaluated does not match.
    /// </summary>
    bool Matches(Change change);
}
