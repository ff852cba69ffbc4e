using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Finds versions of documents.</summary>
internal static class DocumentAccess
{
    /// <summary>The newest version, tombstones included; null when there is none, or the id cannot be one.</summary>
    public static async ValueTask<Change?> FindAsync(this Database database, string id, CancellationToken cancellationToken) =>
        DocumentLimits.IsId(id) && DocumentId.IsAllowed(id) ? await database.FindDocumentAsync(id, cancellationToken) : null;

    /// <summary>A version: the newest, or an older one that is kept.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document.</param>
    /// <param name="revision">Which one.</param>
    /// <param name="latest">Whether the newest will do if the revision is one of its ancestors.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when there is none.</returns>
    public static async ValueTask<Change?> FindAsync(
        this Database database, string id, Revision revision, bool latest, CancellationToken cancellationToken)
    {
        if (await database.FindAsync(id, cancellationToken) is not { } newest) return null;
        if (newest.Revision == revision) return newest;
        if (latest && await database.GetHistoryAsync(id, cancellationToken) is { } history && history.Has(revision)) return newest;
        return await database.FindVersionAsync(id, revision, cancellationToken);
    }

    /// <summary>Why there is no document.</summary>
    /// <param name="newest">Its newest version, which is a tombstone; null: it has none.</param>
    public static CouchException Missing(Change? newest) => CouchException.NotFound(newest is null ? "missing" : "deleted");
}
