using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries.Evaluation;

/// <summary>Delivers documents as they are.</summary>
internal sealed class WholeDocumentView(IChangeFilter filter) : IChangeView
{
    public string? Collection => filter.Collection;

    public bool HasIncludes => false;

    public Change? Apply(Change change) => filter.Matches(change) ? change : null;

    public void CollectIncludes(Change change, ICollection<string> ids)
    {
        // Nothing comes along.
    }
}
