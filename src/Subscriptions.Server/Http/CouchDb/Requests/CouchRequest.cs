using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>A request, with what its path names.</summary>
/// <param name="context">The request itself.</param>
/// <param name="path">What it names.</param>
/// <param name="maxBodyBytes">The largest body that it may have.</param>
internal sealed class CouchRequest(HttpContext context, CouchPath path, int maxBodyBytes)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    private CouchQuery? _query;

    /// <summary>The request itself.</summary>
    public HttpContext Context { get; } = context;

    /// <summary>What it names.</summary>
    public CouchPath Path { get; } = path;

    /// <summary>Its parameters.</summary>
    /// <exception cref="CouchException">They are not UTF-8.</exception>
    public CouchQuery Query => _query ??= CouchQuery.Of(Context.Request);

    /// <summary>Cancelled when the client has left.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>A request's header; null when it is absent.</summary>
    public string? Header(string name) => Context.Request.Headers[name] is [{ } value, ..] ? value : null;

    /// <summary>Refuses a body that does not say that it is JSON, as CouchDB does for POST and not for PUT.</summary>
    /// <exception cref="CouchException">415.</exception>
    public void RequireJsonContent()
    {
        var type = Context.Request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        if ((end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase)) return;
        throw new CouchException(StatusCodes.Status415UnsupportedMediaType, "bad_content_type", "Content-Type must be application/json");
    }

    /// <summary>The body, which may be anything in UTF-8.</summary>
    /// <exception cref="CouchException">It is too large or not UTF-8.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync() => CouchBody.ReadAsync(Context, maxBodyBytes);

    /// <summary>The body, which must be a JSON object.</summary>
    /// <exception cref="CouchException">It is too large, not JSON, or not an object.</exception>
    public async ValueTask<JsonDocument> ReadObjectAsync()
    {
        var body = await ReadBodyAsync();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Options);
        }
        catch (JsonException)
        {
            throw CouchException.InvalidJson();
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw CouchException.BadRequest("Request body must be a JSON object");
    }

    /// <summary>The address of something on this server, as the client calls it.</summary>
    /// <param name="escapedPath">With its slash at the beginning, encoded.</param>
    public string Locate(string escapedPath) => $"{Context.Request.Scheme}://{Context.Request.Host.ToUriComponent()}{escapedPath}";
}
