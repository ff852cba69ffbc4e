using System.Collections.Frozen;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Routing;

/// <summary>Why there is nothing at a path.</summary>
internal static class Unserved
{
    // What CouchDB has there: a client that uses it is to learn that this is no mistake of its own.
    private static readonly FrozenSet<string> OfCouch = new[]
    {
        "_replicate", "_replicator", "_scheduler", "_users", "_db_updates", "_dbs_info", "_active_tasks", "_node", "_membership", "_cluster_setup",
        "_reshard", "_search_analyze", "_find", "_index", "_explain", "_compact", "_view_cleanup", "_purge", "_purged_infos", "_purged_infos_limit",
        "_shards", "_sync_shards", "_partition", "_auto_purge", "_design_docs", "_local_docs", "_search", "_nouveau_cleanup", "_search_cleanup",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The answer.</summary>
    public static CouchException Refuse(CouchPath path, string method)
    {
        if (OfCouch.Contains(path.Name)) return CouchException.NotImplemented($"This server does not have {path.Name}.");
        if (path.Rest.Length > 0 && path.Place == CouchPlace.Database) return CouchException.NotImplemented($"This server does not have {path.Name}/{path.Rest}.");
        if (path.Place == CouchPlace.Server) return CouchException.NoDatabase();

        // An underscore that means nothing: CouchDB takes it for a document that cannot be.
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method)
            ? CouchException.NotFound("missing")
            : CouchException.IllegalId("Only reserved document ids may start with underscore.");
    }
}
