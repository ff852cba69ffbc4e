using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Listing;

/// <summary>Parameters of a list: from the query, or else from a body that is an object.</summary>
/// <param name="query">The query.</param>
/// <param name="body">The body; undefined when there is none.</param>
internal sealed class ListParameters(CouchQuery query, JsonElement body)
{
    /// <summary>A value, by any of its names.</summary>
    /// <returns>Null when it is absent.</returns>
    public JsonElement? Json(params ReadOnlySpan<string> names)
    {
        if (query.Json(names) is { } value) return value;
        foreach (var name in names)
        {
            if (OfBody(name) is { } ofBody) return ofBody;
        }

        return null;
    }

    /// <summary>A switch.</summary>
    public bool Switch(string name, bool absent = false) => query[name] is null ? OfBody(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var other => throw CouchException.BadParameter($"Invalid boolean parameter: {other}"),
    } : query.Switch(name);

    /// <summary>A number from 0; null when it is absent.</summary>
    public int? Count(string name) => query[name] is null ? OfBody(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var count) && count >= 0 => count,
        var other => throw CouchException.BadParameter($"Invalid value for positive integer: {other}"),
    } : query.Count(name);

    private JsonElement? OfBody(string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value : null;
}
