using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries;

/// <summary>What a subscription's query makes of changes: which of them it delivers, in which form, and what comes along.</summary>
/// <remarks>An instance belongs to one reader and is not thread-safe: it may reuse buffers between calls.</remarks>
public interface IChangeView
{
    /// <summary>
    /// The one collection that can match, if there is one: a reader need not wake for, and a feed need not show, any other. Null: any.
    /// </summary>
    string? Collection { get; }

    /// <summary>True when items can bring other documents along.</summary>
    bool HasIncludes { get; }

    /// <summary>True when functions in JavaScript decide: a change may then take thousands of times as long as otherwise.</summary>
    bool RunsScripts { get; }

    /// <summary>What is delivered of a change. Never throws for any content.</summary>
    /// <param name="change">A change of <see cref="Collection"/>; a tombstone only where the query can see one.</param>
    /// <returns>
    /// Null: nothing. The change itself when the whole document is delivered. Else a copy that has what was selected as its content, or an
    /// <see cref="Change.Error"/> and no content when the query's script failed on it.
    /// </returns>
    Change? Apply(Change change);

    /// <summary>Adds the ids of the documents that come along with a change, as far as it names any; strings only, in any number.</summary>
    /// <param name="change">As it was given to <see cref="Apply"/>.</param>
    /// <param name="ids">Where they are added; what is there stays.</param>
    void CollectIncludes(Change change, ICollection<string> ids);
}
