using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>Lets some documents pass. Immutable.</summary>
/// <param name="ids">Their ids.</param>
internal sealed class DocumentIdFilter(IEnumerable<string> ids) : IChangeFilter
{
    private readonly HashSet<string> _ids = new(ids, StringComparer.Ordinal);

    /// <inheritdoc />
    public string? Collection => null;

    /// <inheritdoc />
    public bool Matches(Change change) => _ids.Contains(change.Id);
}
