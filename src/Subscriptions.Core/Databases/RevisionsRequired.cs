using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Databases;

/// <summary>Refuses what needs revisions where none are kept.</summary>
public static class RevisionsRequired
{
    /// <summary>Checks that versions written now are kept.</summary>
    /// <param name="database">The database.</param>
    /// <param name="feed">Its log.</param>
    /// <param name="collection">The collection; null: any collection of the database will do.</param>
    /// <exception cref="EngineException">REVISIONS_NOT_CONFIGURED; the message says how to switch them on.</exception>
    public static void Check(DatabaseName database, ChangeFeed feed, string? collection)
    {
        if (feed.HasRevisions(collection)) return;

        var what = collection is null ? "No collection" : $"Collection '{collection}'";
        var name = collection ?? RevisionSettings.AllDocuments;
        throw new EngineException(
            ErrorCode.RevisionsNotConfigured,
            $"{what} of database '{database}' keeps revisions. Switch them on with DatabaseAdminService.SetRevisions, "
            + $"or 'subs db revisions {database} {name}', or leave out (Revisions = true).",
            ("database", database.Value),
            ("collection", name));
    }
}
