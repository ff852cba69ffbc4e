using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>The tables of a database's file.</summary>
/// <remarks>
/// <para><c>change</c> is written at its end only. A version that a newer one replaces stays where it is and its key goes to <c>superseded</c>, so that
/// an update touches no old page; readers skip those rows, compaction deletes them in key order.</para>
/// <para><c>document</c> finds a document's newest version, and holds all that a write needs to know of it, so that most writes read nothing else.</para>
/// <para><c>revision</c> has a row for each version that is kept, with the key of the version <c>previous</c> to it, from the moment it is written. Its
/// body stays in <c>change</c> while it is the newest; compaction moves it to <c>archive</c> instead of deleting it. A row with <c>is_base</c> keeps a
/// version only as the one before the next. <c>ordinal</c> counts a document's kept versions; <c>trimmed_seqno</c> is how far a partition was looked
/// through for versions in excess.</para>
/// <para><c>ancestor</c> has a row for each version that is not its document's first, under the same key: the <c>digests</c> of the versions before it,
/// newest first, and the key of the row with those before them, <c>previous</c>, if there is one. Written at its end only, like <c>change</c>.</para>
/// <para><c>purge</c> has the highest seqno of a purged tombstone of each collection, where that is above the partition's <c>purge_floor</c>, which counts for
/// all of them: so it is with what was purged before this was recorded.</para>
/// <para><c>local</c> has the documents that are in no log.</para>
/// <para>Ids are blobs of UTF-8: compared as bytes, and free to hold any character. Times are milliseconds since 1970.</para>
/// </remarks>
internal static class DocumentSchema
{
    public static SqliteFileFormat Format { get; } = new(0x53756244, "document database", [new(Version1), new(Version2), new(Version3), new(Version4)]);

    private static IReadOnlyList<string> Version1 =>
    [
        """
        create table database(
            name text not null, partitions integer not null, created_at_ticks integer not null,
            max_document_bytes integer not null, tombstone_retention_ticks integer not null)
        """,
        """
        create table partition(
            partition integer primary key, high_seqno integer not null, purge_seqno integer not null,
            documents integer not null, tombstones integer not null, superseded integer not null)
        """,
        """
        create table branch(
            partition integer not null, ordinal integer not null, branch integer not null, start_seqno integer not null,
            primary key (partition, ordinal)) without rowid
        """,
        """
        create table change(
            key integer primary key, kind integer not null, id blob not null, collection text, generation integer not null, digest blob not null,
            changed_at integer not null, expires_at integer, content blob)
        """,
        "create index change_expiry on change(expires_at) where expires_at is not null",
        "create index change_tombstone on change(changed_at) where kind <> 0",
        """
        create table document(
            id blob primary key, seqno integer not null, kind integer not null, generation integer not null, digest blob not null) without rowid
        """,
        "create table superseded(key integer primary key)",
    ];

    private static IReadOnlyList<string> Version2 =>
    [
        "alter table partition add column revisions integer not null default 0",
        "alter table partition add column trimmed_seqno integer not null default 0",
        """
        create table revision_setting(
            collection text primary key, enabled integer not null, max_count integer, max_age_ticks integer, purge_on_delete integer not null) without rowid
        """,
        """
        create table revision(
            key integer primary key, id blob not null, collection text not null, kind integer not null, ordinal integer not null,
            generation integer not null, changed_at integer not null, previous integer, is_base integer not null)
        """,
        "create index revision_document on revision(id)",
        "create index revision_replaced on revision(collection, changed_at) where previous is not null",
        """
        create table archive(
            key integer primary key, kind integer not null, id blob not null, collection text, generation integer not null, digest blob not null,
            changed_at integer not null, expires_at integer, content blob)
        """,
    ];

    private static IReadOnlyList<string> Version3 =>
    [
        "create table ancestor(key integer primary key, previous integer, digests blob not null)",
        "create table local(id blob not null unique, version integer not null, content blob not null)",
    ];

    private static IReadOnlyList<string> Version4 =>
    [
        "alter table database add column purge_hold_ticks integer not null default 0",
        "alter table partition add column purge_floor integer not null default 0",
        "update partition set purge_floor = purge_seqno",
        "create table purge(partition integer not null, collection text not null, seqno integer not null, primary key (partition, collection)) without rowid",
    ];
}
