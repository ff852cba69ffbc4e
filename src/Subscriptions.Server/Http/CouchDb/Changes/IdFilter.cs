using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>Lets the documents pass whose ids are asked for. Immutable.</summary>
internal sealed class IdFilter(HashSet<string> ids) : IChangeFilter
{
    /// <inheritdoc />
    public string? Collection => null;

    /// <summary>Reads a list of ids.</summary>
    /// <exception cref="CouchException">It is none.</exception>
    public static IdFilter Parse(JsonElement? ids)
    {
        if (ids is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String)) throw Invalid();
        try
        {
            return new IdFilter(list.EnumerateArray().Select(id => id.GetString()!).ToHashSet(StringComparer.Ordinal));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is in no id.
            throw Invalid();
        }
    }

    /// <inheritdoc />
    public bool Matches(Change change) => ids.Contains(change.Id);

    private static CouchException Invalid() => CouchException.BadRequest("`doc_ids` filter parameter is not a list of doc ids.");
}
