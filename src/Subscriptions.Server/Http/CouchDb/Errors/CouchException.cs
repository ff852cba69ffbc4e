namespace Subscriptions.Server.Http.CouchDb.Errors;

/// <summary>A request is refused, in the words of CouchDB. Nothing was changed.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="error">The kind, for programs: <c>not_found</c>.</param>
/// <param name="reason">For people, and for those programs that compare it.</param>
internal sealed class CouchException(int status, string error, string reason) : Exception(reason)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The kind, for programs.</summary>
    public string Error { get; } = error;

    /// <summary>For people.</summary>
    public string Reason => Message;

    /// <summary>The methods that are allowed, where that is the problem.</summary>
    public string? Allow { get; init; }

    /// <summary>400 bad_request.</summary>
    public static CouchException BadRequest(string reason) => new(StatusCodes.Status400BadRequest, "bad_request", reason);

    /// <summary>400 bad_request for a body or a parameter that is not JSON, in CouchDB's words.</summary>
    public static CouchException InvalidJson() => BadRequest("invalid UTF-8 JSON");

    /// <summary>400 query_parse_error.</summary>
    public static CouchException BadParameter(string reason) => new(StatusCodes.Status400BadRequest, "query_parse_error", reason);

    /// <summary>400 illegal_docid.</summary>
    public static CouchException IllegalId(string reason) => new(StatusCodes.Status400BadRequest, "illegal_docid", reason);

    /// <summary>404 not_found: of a document the reason is <c>missing</c> or <c>deleted</c>.</summary>
    public static CouchException NotFound(string reason) => new(StatusCodes.Status404NotFound, "not_found", reason);

    /// <summary>404 for a database.</summary>
    public static CouchException NoDatabase() => NotFound("Database does not exist.");

    /// <summary>405, with what is allowed.</summary>
    public static CouchException MethodNotAllowed(string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Only {allow} allowed") { Allow = allow };

    /// <summary>409 for a write whose revision is not the document's.</summary>
    public static CouchException Conflict() => new(StatusCodes.Status409Conflict, "conflict", "Document update conflict.");

    /// <summary>413 for a body above the limit.</summary>
    public static CouchException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, "too_large", "the request entity is too large");

    /// <summary>503 for what will be possible in a moment.</summary>
    public static CouchException Unavailable(string reason) => new(StatusCodes.Status503ServiceUnavailable, "service_unavailable", reason);

    /// <summary>501 for what CouchDB has and this server has not.</summary>
    public static CouchException NotImplemented(string reason) => new(StatusCodes.Status501NotImplemented, "not_implemented", reason);
}
