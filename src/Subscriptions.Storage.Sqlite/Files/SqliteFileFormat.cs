namespace Subscriptions.Storage.Sqlite.Files;

/// <summary>What a kind of database file looks like, and how it came to look so.</summary>
/// <param name="ApplicationId">The number in the file's header that tells the kind.</param>
/// <param name="Kind">The kind, for people: "document database".</param>
/// <param name="Migrations">
/// In order; a file's schema version is how many it has been through. Never changed once released: a change is a new migration.
/// </param>
internal sealed record SqliteFileFormat(int ApplicationId, string Kind, IReadOnlyList<SqliteMigration> Migrations)
{
    /// <summary>The schema version that this program writes.</summary>
    public int Version => Migrations.Count;
}

/// <summary>One step of a schema; run in one transaction.</summary>
/// <param name="Statements">The statements, in order.</param>
internal sealed record SqliteMigration(IReadOnlyList<string> Statements);
