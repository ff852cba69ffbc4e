using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Design;

/// <summary>Asks a function of a design document for one reader.</summary>
public interface IDesignReader
{
    /// <summary>
    /// Whether a document passes. The function sees its content with <c>_id</c> and <c>_rev</c>, a tombstone as
    /// <c>{_id, _rev, _deleted: true}</c>. What it changes, of the request too, is seen by no other call.
    /// </summary>
    /// <exception cref="ScriptException">The function threw, or went beyond a limit.</exception>
    bool Passes(Change change);
}
