using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>The file that holds the subscriptions of all databases.</summary>
internal static class SubscriptionFileFormat
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "subscriptions.db";

    /// <summary>The file's schema.</summary>
    /// <remarks>
    /// <para>What an ack changes lies in a table of its own: the row is short whatever the query's length, no index covers it, and an update of it
    /// dirties one page. Names are compared by <c>name_key</c>, which the engine's own rule makes, because SQLite folds ASCII only. Queries
    /// and other texts of any content are bytes: text ends at its first NUL on the way through SQLite. Instants are milliseconds since
    /// 1970-01-01T00:00:00Z, spans are ticks of 100 ns.</para>
    /// <para>Failed items are counted by triggers, whoever adds and removes them and why: a count of rows would read all of them, reasons and all,
    /// and somebody who watches asks every second. There is a count where there are items.</para>
    /// <para><c>epoch</c> is the least token that may still save; <c>acked_above</c> is null while nothing was acked above the cursor.</para>
    /// </remarks>
    public static SqliteFileFormat Instance { get; } = new(
        0x53756273, "subscription file", [new SqliteMigration(Version1), new SqliteMigration(Version2), new SqliteMigration(Version3)]);

    private static IReadOnlyList<string> Version1 =>
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
    ];

    // What had no retry policy gets the one that was the default then; leases were exclusive, so the newest alone may save.
    private static IReadOnlyList<string> Version2 =>
    [
        "alter table subscriptions add column stopped_reason blob not null default x''",
        "alter table subscriptions add column parameters blob not null default x''",
        "alter table subscriptions add column max_attempts integer not null default 5",
        "alter table subscriptions add column initial_backoff integer not null default 10000000",
        "alter table subscriptions add column max_backoff integer not null default 3000000000",
        "alter table subscriptions add column on_exhausted integer not null default 1",
        "alter table subscriptions add column on_script_error integer not null default 1",
        "alter table subscriptions add column ack_timeout integer",
        "alter table progress add column epoch integer not null default 0",
        "alter table progress add column acked_above blob",
        "update progress set epoch = token",
        """
        create table failed_items (
            subscription integer not null,
            kind integer not null,
            id blob not null,
            seqno integer not null,
            attempts integer not null,
            due_at integer not null,
            first_failed_at integer not null,
            last_failed_at integer not null,
            reason blob not null,
            worker blob not null,
            primary key (subscription, kind, id)) without rowid
        """,
    ];

    private static IReadOnlyList<string> Version3 =>
    [
        """
        create table failed_item_counts (
            subscription integer not null,
            kind integer not null,
            items integer not null,
            primary key (subscription, kind)) without rowid
        """,
        """
        insert into failed_item_counts (subscription, kind, items)
        select subscription, kind, count(*) from failed_items group by subscription, kind
        """,
        """
        create trigger failed_item_added after insert on failed_items begin
            insert into failed_item_counts (subscription, kind, items) values (new.subscription, new.kind, 1)
            on conflict (subscription, kind) do update set items = items + 1;
        end
        """,
        """
        create trigger failed_item_removed after delete on failed_items begin
            update failed_item_counts set items = items - 1 where subscription = old.subscription and kind = old.kind;
            delete from failed_item_counts where subscription = old.subscription and kind = old.kind and items = 0;
        end
        """,
    ];
}
