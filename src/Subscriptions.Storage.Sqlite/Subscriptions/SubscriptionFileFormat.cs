using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>The file that holds the subscriptions of all databases.</summary>
internal static class SubscriptionFileFormat
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "subscriptions.db";

    /// <summary>The file's schema.</summary>
    /// <remarks>
    /// What an ack changes lies in a table of its own: the row is short whatever the query's length, no index covers it, and an update of it
    /// dirties one page. Names are compared by <c>name_key</c>, which the engine's own rule makes, because SQLite folds ASCII only. Queries
    /// are bytes: text ends at its first NUL on the way through SQLite. Instants are milliseconds since 1970-01-01T00:00:00Z.
    /// </remarks>
    public static SqliteFileFormat Instance { get; } = new(0x53756273, "subscription file",
    [
        new SqliteMigration(
        [
            """
            create table subscriptions (
                id integer primary key,
                database text not null,
                name_key text not null,
                name text not null,
                query blob not null,
                include_deletes integer not null,
                disabled integer not null,
                created_at integer not null,
                unique (database, name_key))
            """,
            """
            create table progress (
                subscription integer primary key,
                token integer not null,
                cursor blob not null,
                last_ack_at integer)
            """,
        ]),
    ]);
}
