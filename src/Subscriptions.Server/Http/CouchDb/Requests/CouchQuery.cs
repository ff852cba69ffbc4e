using System.Globalization;
using System.Text;
using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>A request's query parameters. Names are compared without case; of one that is given twice the last counts.</summary>
internal sealed class CouchQuery(IQueryCollection query)
{
    /// <summary>The parameters of a request.</summary>
    /// <exception cref="CouchException">They are not UTF-8, and would be taken for what they are not.</exception>
    public static CouchQuery Of(HttpRequest request)
    {
        try
        {
            PercentEncoding.Decode(request.QueryString.Value ?? "");
        }
        catch (DecoderFallbackException)
        {
            throw CouchException.BadRequest("The query is not valid UTF-8.");
        }

        return new CouchQuery(request.Query);
    }

    /// <summary>A parameter as it was sent; null when it is absent.</summary>
    public string? this[string name] => query.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;

    /// <summary>All parameters, as filter functions see them.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => query.Select(p => KeyValuePair.Create(p.Key, p.Value[^1] ?? ""));

    /// <summary>True for the literal <c>true</c> only.</summary>
    public bool Is(string name) => this[name] is "true";

    /// <summary>A switch that must be <c>true</c> or <c>false</c> where it is given.</summary>
    /// <exception cref="CouchException">It is neither.</exception>
    public bool Switch(string name, bool absent = false)
    {
        if (this[name] is not { } text) return absent;
        if (bool.TryParse(text, out var value)) return value;
        throw CouchException.BadParameter($"Invalid boolean parameter: \"{text}\"");
    }

    /// <summary>A number from 0; null when it is absent. What is larger than a number can be is taken for the largest.</summary>
    /// <exception cref="CouchException">It is none.</exception>
    public int? Count(string name)
    {
        if (this[name] is not { } text) return null;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw CouchException.BadParameter($"Invalid value for integer: \"{text}\"");
        if (value < 0) throw CouchException.BadParameter($"Invalid value for positive integer: \"{text}\"");
        return (int)Int128.Min(value, int.MaxValue);
    }

    /// <summary>A parameter whose value is JSON, by any of its names.</summary>
    /// <returns>Null when it is absent.</returns>
    /// <exception cref="CouchException">It is not JSON.</exception>
    public JsonElement? Json(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is not { } text) continue;
            try
            {
                using var document = JsonDocument.Parse(text);
                return document.RootElement.Clone();
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                // The latter for half of a surrogate pair.
                throw CouchException.InvalidJson();
            }
        }

        return null;
    }
}
