using System.Text;

namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>
/// What a request's target names. Read from the target as it was sent: a slash inside of a name or an id comes as <c>%2F</c>, and must not be taken for one
/// that separates. Empty segments do not count, as with CouchDB, and so neither does a slash at the end.
/// </summary>
/// <param name="Place">What it is.</param>
/// <param name="Database">The database's name, unchecked; empty for the server.</param>
/// <param name="Name">
/// Of the server or a database: empty for itself, else what it is to do, with its underscore. Else the document's id, of a local one without <c>_local/</c>.
/// </param>
/// <param name="Rest">What follows: of an attachment its name; segments are joined by slashes.</param>
internal sealed record CouchPath(CouchPlace Place, string Database, string Name, string Rest)
{
    private const string Design = "_design";
    private const string Local = "_local";

    /// <summary>Reads a target.</summary>
    /// <param name="target">As in the request line: a path with or without a query, or an address.</param>
    /// <returns>Null when a segment is not valid UTF-8.</returns>
    public static CouchPath? Parse(string target)
    {
        try
        {
            var segments = PathOf(target).Split('/', StringSplitOptions.RemoveEmptyEntries);
            return Read(Array.ConvertAll(segments, PercentEncoding.Decode));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>For people.</summary>
    public override string ToString() =>
        "/" + string.Join('/', ((string[])[Database, Place == CouchPlace.Local ? $"{Local}/{Name}" : Name, Rest]).Where(part => part.Length > 0));

    private static CouchPath Read(string[] segments) => segments switch
    {
        [] => new CouchPath(CouchPlace.Server, "", "", ""),
        [['_', ..] name, .. var rest] => new CouchPath(CouchPlace.Server, "", name, string.Join('/', rest)),
        [var database] => new CouchPath(CouchPlace.Database, database, "", ""),
        [var database, Design, var name, .. var rest] => Document(database, $"{Design}/{name}", rest),
        [var database, Local, _, ..] => new CouchPath(CouchPlace.Local, database, string.Join('/', segments[2..]), ""),
        [var database, var id, .. var rest] when id.StartsWith(Design + "/", StringComparison.Ordinal) => Document(database, id, rest),
        [var database, var id] when id.StartsWith(Local + "/", StringComparison.Ordinal) =>
            new CouchPath(CouchPlace.Local, database, id[(Local.Length + 1)..], ""),
        [var database, ['_', ..] name, .. var rest] => new CouchPath(CouchPlace.Database, database, name, string.Join('/', rest)),
        [var database, var id, .. var rest] => Document(database, id, rest),
    };

    private static CouchPath Document(string database, string id, string[] rest) =>
        new(rest.Length == 0 ? CouchPlace.Document : CouchPlace.Attachment, database, id, string.Join('/', rest));

    private static string PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.StartsWith('/')) return path;

        // The absolute form, which proxies are sent.
        var authority = path.IndexOf("://", StringComparison.Ordinal);
        var slash = authority < 0 ? -1 : path.IndexOf('/', authority + 3);
        return slash < 0 ? "" : path[slash..];
    }
}
