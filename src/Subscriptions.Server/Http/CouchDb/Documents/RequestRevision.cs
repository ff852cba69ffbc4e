using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Which revision a request to change a document names: in the body, as <c>rev</c>, or in <c>If-Match</c>.</summary>
internal static class RequestRevision
{
    /// <summary>The revision; null when none is named.</summary>
    /// <exception cref="CouchException">It is malformed, or two are named that differ.</exception>
    public static Revision? Of(CouchRequest request, Revision? ofBody)
    {
        var revision = ofBody;
        if (request.Query["rev"] is { } query)
        {
            var ofQuery = CouchRevision.Parse(query);
            if (revision is not null && revision != ofQuery)
                throw CouchException.BadRequest("Document rev from request body and query string have different values");
            revision = ofQuery;
        }

        if (request.Header("If-Match") is not { Length: > 0 } header) return revision;

        var ofHeader = CouchRevision.ParseTag(header);
        if (revision is not null && revision != ofHeader) throw CouchException.BadRequest("Document rev and etag have different values");
        return ofHeader;
    }
}
