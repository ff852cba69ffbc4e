using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Queries;

/// <summary>Shows the changes of some documents. Immutable; may be shared.</summary>
/// <param name="ids">The documents; must not be changed any more.</param>
public sealed class IdView(IReadOnlySet<string> ids) : IChangeView
{
    /// <summary>The most documents that anybody may ask for.</summary>
    public const int MaxIds = 100_000;

    /// <summary>The documents.</summary>
    public IReadOnlySet<string> Ids => ids;

    /// <inheritdoc />
    public string? Collection => null;

    /// <inheritdoc />
    public bool HasIncludes => false;

    /// <inheritdoc />
    public bool RunsScripts => false;

    /// <inheritdoc />
    public Change? Apply(Change change) => ids.Contains(change.Id) ? change : null;

    /// <inheritdoc />
    public void CollectIncludes(Change change, ICollection<string> ids)
    {
        // It chooses only.
    }
}
