using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Listing;

/// <summary>
/// Which ids a list is of. Keys may be any JSON, and are compared as CouchDB does: null, booleans and numbers stand before all texts, arrays and objects
/// behind them.
/// </summary>
internal static class ListRange
{
    /// <summary>The range; null when nothing can be in it.</summary>
    public static DocumentRange? Of(ListParameters parameters)
    {
        var isDescending = parameters.Switch("descending");
        var isEndIncluded = parameters.Switch("inclusive_end", absent: true);
        var range = new DocumentRange { IsDescending = isDescending, IsEndIncluded = isEndIncluded };
        if (parameters.Json("key") is { } key)
            return key.Text() is { } id ? range with { StartId = id, EndId = id, IsEndIncluded = true } : null;

        var (start, end) = (parameters.Json("startkey", "start_key"), parameters.Json("endkey", "end_key"));
        if (IsBeyond(start, isBehind: !isDescending) || IsBeyond(end, isBehind: isDescending)) return null;
        return range with { StartId = start?.Text(), EndId = end?.Text() };
    }

    // Whether a key is no text and stands on the side on which it leaves nothing to list.
    private static bool IsBeyond(JsonElement? key, bool isBehind) => key is { ValueKind: not JsonValueKind.String } other
        && isBehind == other.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
}
