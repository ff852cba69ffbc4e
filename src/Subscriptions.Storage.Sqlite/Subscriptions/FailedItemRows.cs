using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>The statements on failed items. Each method runs inside the caller's transaction.</summary>
internal static class FailedItemRows
{
    /// <summary>Counts a subscription's items, by kind.</summary>
    internal const string SelectCounts = "select kind, items from failed_item_counts where subscription = ?1";

    private const string UpsertRow =
        """
        insert into failed_items (subscription, id, kind, seqno, attempts, due_at, first_failed_at, last_failed_at, reason, worker)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        on conflict (subscription, kind, id) do update set
            seqno = excluded.seqno, attempts = excluded.attempts, due_at = excluded.due_at,
            first_failed_at = excluded.first_failed_at, last_failed_at = excluded.last_failed_at, reason = excluded.reason, worker = excluded.worker
        """;

    private const string SelectPage =
        $"""
        select {FailedItemRow.Columns} from failed_items
        where subscription = ?1 and kind = ?2 and id > ?3 order by id limit ?4
        """;

    private const string SelectOne = $"select {FailedItemRow.Columns} from failed_items where subscription = ?1 and id = ?2 and kind = ?3";

    private const string DeleteOne = "delete from failed_items where subscription = ?1 and id = ?2 and kind = ?3";

    private const string DeleteSome =
        """
        delete from failed_items where subscription = ?1 and kind = ?2 and id in
            (select id from failed_items where subscription = ?1 and kind = ?2 order by id limit ?3)
        """;

    private const string DeleteKind = "delete from failed_items where subscription = ?1 and kind = ?2";
    private const string DeleteOfSubscription = "delete from failed_items where subscription = ?1";

    private const string DeleteOfDatabase =
        "delete from failed_items where subscription in (select id from subscriptions where database = ?1)";

    /// <summary>Makes the changes of one save: settled first.</summary>
    public static void Apply(SqliteConnection connection, SubscriptionId id, FailedItemEdits edits)
    {
        foreach (var document in edits.Settled) Delete(connection, id, document, FailedItemKind.Retry);
        foreach (var row in edits.Retries) Upsert(connection, id, FailedItemKind.Retry, row);
        foreach (var row in edits.DeadLetters) Bury(connection, id, row, edits.KeepsEarliestLetters);
    }

    /// <summary>Items of one kind behind an id.</summary>
    public static List<FailedItemRow> List(SqliteConnection connection, SubscriptionId id, FailedItemKind kind, byte[] afterId, int max)
    {
        var found = new List<FailedItemRow>();
        var select = connection.Prepare(SelectPage);
        select.Bind(1, id.Value);
        select.Bind(2, (long)kind);
        select.Bind(3, afterId);
        select.Bind(4, max);
        while (select.Step()) found.Add(FailedItemRow.Read(select));
        select.Reset();
        return found;
    }

    /// <summary>Counts items; takes no longer where there are many.</summary>
    public static FailedItemCounts Count(SqliteConnection connection, SubscriptionId id)
    {
        var (retries, deadLetters) = (0L, 0L);
        var select = connection.Prepare(SelectCounts);
        select.Bind(1, id.Value);
        while (select.Step())
        {
            if (select.Int64(0) == (long)FailedItemKind.Retry) retries = select.Int64(1);
            else deadLetters = select.Int64(1);
        }

        select.Reset();
        return new FailedItemCounts(retries, deadLetters);
    }

    /// <summary>Turns the next dead letters behind an id into retries.</summary>
    /// <returns>What they became.</returns>
    public static List<FailedItemRow> ReplaySome(SqliteConnection connection, SubscriptionId id, byte[] afterId, int max, long now)
    {
        var rows = List(connection, id, FailedItemKind.DeadLetter, afterId, max);
        for (var i = 0; i < rows.Count; i++) rows[i] = ToRetry(connection, id, rows[i], now);
        return rows;
    }

    /// <summary>Turns those of the documents that are dead letters into retries.</summary>
    /// <returns>What they became.</returns>
    public static List<FailedItemRow> Replay(SqliteConnection connection, SubscriptionId id, byte[][] documents, long now)
    {
        var replayed = new List<FailedItemRow>();
        foreach (var document in documents)
        {
            if (Find(connection, id, FailedItemKind.DeadLetter, document) is { } row) replayed.Add(ToRetry(connection, id, row, now));
        }

        return replayed;
    }

    /// <summary>Removes those of the documents that are dead letters.</summary>
    /// <returns>How many there were.</returns>
    public static long Discard(SqliteConnection connection, SubscriptionId id, byte[][] documents) =>
        documents.Sum(document => (long)Delete(connection, id, document, FailedItemKind.DeadLetter));

    /// <summary>Removes some dead letters, the first by id.</summary>
    /// <returns>How many there were.</returns>
    public static int DiscardSome(SqliteConnection connection, SubscriptionId id, int max)
    {
        var delete = connection.Prepare(DeleteSome);
        delete.Bind(1, id.Value);
        delete.Bind(2, (long)FailedItemKind.DeadLetter);
        delete.Bind(3, max);
        delete.Run();
        return connection.Changes;
    }

    /// <summary>Removes what waits for another try.</summary>
    public static void DeleteRetries(SqliteConnection connection, SubscriptionId id)
    {
        var delete = connection.Prepare(DeleteKind);
        delete.Bind(1, id.Value);
        delete.Bind(2, (long)FailedItemKind.Retry);
        delete.Run();
    }

    /// <summary>Removes all items of a subscription.</summary>
    public static void DeleteAll(SqliteConnection connection, SubscriptionId id)
    {
        var delete = connection.Prepare(DeleteOfSubscription);
        delete.Bind(1, id.Value);
        delete.Run();
    }

    /// <summary>Removes all items of a database, whose subscriptions must still be there.</summary>
    public static void DeleteAll(SqliteConnection connection, string database)
    {
        var delete = connection.Prepare(DeleteOfDatabase);
        delete.Bind(1, database);
        delete.Run();
    }

    private static void Bury(SqliteConnection connection, SubscriptionId id, FailedItemRow row, bool keepsEarliest)
    {
        var letter = Find(connection, id, FailedItemKind.DeadLetter, row.Id);
        var isKept = letter is not null && (keepsEarliest ? letter.Seqno < row.Seqno : letter.Seqno > row.Seqno);
        if (!isKept) Upsert(connection, id, FailedItemKind.DeadLetter, row);
    }

    private static void Upsert(SqliteConnection connection, SubscriptionId id, FailedItemKind kind, FailedItemRow row)
    {
        var upsert = connection.Prepare(UpsertRow);
        upsert.Bind(1, id.Value);
        upsert.Bind(2, row.Id);
        upsert.Bind(3, (long)kind);
        upsert.Bind(4, row.Seqno);
        upsert.Bind(5, row.Attempts);
        upsert.Bind(6, row.DueAt);
        upsert.Bind(7, row.FirstFailedAt);
        upsert.Bind(8, row.LastFailedAt);
        upsert.Bind(9, row.Reason);
        upsert.Bind(10, row.Worker);
        upsert.Run();
    }

    private static FailedItemRow ToRetry(SqliteConnection connection, SubscriptionId id, FailedItemRow row, long now)
    {
        var waiting = Find(connection, id, FailedItemKind.Retry, row.Id);
        var retry = (waiting?.Seqno < row.Seqno ? waiting : row) with { Attempts = 0, DueAt = now };
        Delete(connection, id, row.Id, FailedItemKind.DeadLetter);
        Upsert(connection, id, FailedItemKind.Retry, retry);
        return retry;
    }

    private static FailedItemRow? Find(SqliteConnection connection, SubscriptionId id, FailedItemKind kind, byte[] document)
    {
        var select = connection.Prepare(SelectOne);
        select.Bind(1, id.Value);
        select.Bind(2, document);
        select.Bind(3, (long)kind);
        var row = select.Step() ? FailedItemRow.Read(select) : null;
        select.Reset();
        return row;
    }

    private static int Delete(SqliteConnection connection, SubscriptionId id, byte[] document, FailedItemKind kind)
    {
        var delete = connection.Prepare(DeleteOne);
        delete.Bind(1, id.Value);
        delete.Bind(2, document);
        delete.Bind(3, (long)kind);
        delete.Run();
        return connection.Changes;
    }
}
