using System.Globalization;
using System.Text.Json;
using Subscriptions.Core.Queries;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>The filter <c>_doc_ids</c>.</summary>
internal static class IdFilter
{
    /// <summary>Reads a list of ids.</summary>
    /// <exception cref="CouchException">It is none.</exception>
    public static IdView Parse(JsonElement? ids)
    {
        if (ids is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String)) throw Invalid();
        if (list.GetArrayLength() is var count and > IdView.MaxIds)
            throw CouchException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"`doc_ids` has {count} ids; it has at most {IdView.MaxIds}."));
        try
        {
            return new IdView(list.EnumerateArray().Select(id => id.GetString()!).ToHashSet(StringComparer.Ordinal));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is in no id.
            throw Invalid();
        }
    }

    private static CouchException Invalid() => CouchException.BadRequest("`doc_ids` filter parameter is not a list of doc ids.");
}
