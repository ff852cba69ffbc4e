using System.Collections.Frozen;
using Subscriptions.Server.Http.CouchDb.Changes;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Http.CouchDb.Cors;

/// <summary>
/// Which pages of other origins browsers let use the server (<c>Http:CorsOrigins</c>). An origin that is listed may send credentials, which a proxy in front
/// may ask for; with <c>*</c> any page may use the server, but without credentials.
/// </summary>
internal sealed class CorsPolicy
{
    private const string AnyOrigin = "*";
    private const string Methods = "GET, POST, PUT, DELETE, HEAD";
    private const string RequestHeaders =
        "accept, authorization, content-type, origin, referer, cache-control, pragma, if-match, if-none-match, last-event-id, content-encoding, traceparent, tracestate, x-csrf-token, x-requested-with";

    private const string ResponseHeaders = "content-type, cache-control, etag, location, " + ChangesHead.RewoundHeader;
    private const string Seconds = "600";

    private readonly FrozenSet<string> _origins;
    private readonly bool _isAny;

    public CorsPolicy(HttpOptions options)
    {
        _origins = options.CorsOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _isAny = _origins.Contains(AnyOrigin);
    }

    /// <summary>Tells the browser, if one asks for a page, what that page may see.</summary>
    /// <returns>True when the request was a question about another one, and is answered.</returns>
    public bool Apply(HttpContext context)
    {
        if (_origins.Count == 0) return false;

        // The answer depends on the origin, also for those who are told nothing: caches must know.
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        var isListed = context.Request.Headers.Origin is [{ Length: > 0 } origin] && _origins.Contains(origin);
        if (!isListed && !(_isAny && context.Request.Headers.Origin.Count > 0)) return false;

        headers.AccessControlAllowOrigin = isListed ? context.Request.Headers.Origin : AnyOrigin;
        if (isListed) headers.AccessControlAllowCredentials = "true";
        if (!IsPreflight(context.Request))
        {
            headers.AccessControlExposeHeaders = ResponseHeaders;
            return false;
        }

        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = Seconds;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    /// <summary>Whether a browser asks if it may send another request.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;
}
