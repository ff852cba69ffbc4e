using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>Reads texts in JSON.</summary>
internal static class JsonElementText
{
    /// <summary>The text of a string; null when it is none.</summary>
    /// <exception cref="CouchException">It has half of a surrogate pair.</exception>
    public static string? Text(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            throw CouchException.InvalidJson();
        }
    }
}
