using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>Lets design documents pass. Has no state.</summary>
internal sealed class DesignFilter : IChangeFilter
{
    /// <inheritdoc />
    public string? Collection => null;

    /// <inheritdoc />
    public bool Matches(Change change) => change.Id.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal);
}
