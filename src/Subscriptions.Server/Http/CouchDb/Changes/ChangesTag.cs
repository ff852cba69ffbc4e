using System.Security.Cryptography;
using System.Text;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>
/// The entity tag of a feed that ends: of where the database stands and of what was asked, so that the answer to one question is not taken for that to
/// another, as can happen with CouchDB.
/// </summary>
internal static class ChangesTag
{
    private const int Bytes = 16;

    /// <summary>The tag of an answer that has all changes that exist now.</summary>
    public static string Of(CouchRequest request, Database database)
    {
        // The newest changes are stored a moment before readers are given them.
        var (feed, query) = (database.Feed, request.Context.Request.QueryString.Value);
        var given = string.Join(',', feed.Partitions.Select(p => feed.HighSeqno(p.Partition)));
        var state = $"{database.Info.Name}\n{database.Info.CreatedAt.UtcTicks}\n{given}\n{ResumeToken.Now(feed.Partitions)}\n{query}";
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, Bytes))}\"";
    }

    /// <summary>Sets the tag; when the client has an answer with it already, says so.</summary>
    /// <returns>True when nothing else is to be sent.</returns>
    public static bool Matches(CouchRequest request, string tag)
    {
        request.Context.Response.Headers.ETag = tag;
        if (request.Header("If-None-Match") is not { } known || !known.Split(',').Any(t => t.Trim() is "*" || Opaque(t.Trim()) == tag)) return false;

        request.Context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
