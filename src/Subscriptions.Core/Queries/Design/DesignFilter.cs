using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries.Scripts;

namespace Subscriptions.Core.Queries.Design;

/// <summary>Lets the documents pass that a design document's function wants. It sees those of all collections, tombstones among them.</summary>
/// <param name="function">The function.</param>
/// <param name="reader">Asks it.</param>
internal sealed class DesignFilter(DesignFunction function, IDesignReader reader) : IChangeView
{
    public string? Collection => null;

    public bool HasIncludes => false;

    public bool RunsScripts => true;

    public Change? Apply(Change change)
    {
        try
        {
            return reader.Passes(change) ? change : null;
        }
        catch (ScriptException e)
        {
            return change.Failed(function.Explain(e));
        }
    }

    public void CollectIncludes(Change change, ICollection<string> ids)
    {
        // A function of a design document decides only.
    }
}
