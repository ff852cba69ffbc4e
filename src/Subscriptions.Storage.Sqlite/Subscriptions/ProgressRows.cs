using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>The statements on the progress of subscriptions. Each method runs inside the caller's transaction.</summary>
internal static class ProgressRows
{
    private const string InsertRow =
        "insert into progress (subscription, token, epoch, cursor, acked_above, last_ack_at) values (?1, ?2, ?3, ?4, ?5, ?6)";

    private const string SelectRow = $"select {ProgressRow.Columns} from progress where subscription = ?1";

    private const string UpdateLease =
        "update progress set token = ?2, epoch = ?3, cursor = ?4, acked_above = ?5 where subscription = ?1";

    // Above the token is what was never granted.
    private const string UpdateCursor =
        """
        update progress set cursor = ?3, acked_above = ?4, last_ack_at = coalesce(?5, last_ack_at)
        where subscription = ?1 and epoch <= ?2 and token >= ?2
        """;

    /// <summary>Adds the progress of a new subscription.</summary>
    public static void Insert(SqliteConnection connection, SubscriptionId id, ProgressRow row)
    {
        var insert = connection.Prepare(InsertRow);
        insert.Bind(1, id.Value);
        insert.Bind(2, row.Token);
        insert.Bind(3, row.Epoch);
        insert.Bind(4, row.Cursor);
        BindRanges(insert, 5, row.AckedAbove);
        insert.Bind(6, row.LastAckAt);
        insert.Run();
    }

    /// <summary>A subscription's row; null when there is no such subscription.</summary>
    public static ProgressRow? Find(SqliteConnection connection, SubscriptionId id)
    {
        var select = connection.Prepare(SelectRow);
        select.Bind(1, id.Value);
        var row = select.Step() ? ProgressRow.Read(select, 0) : null;
        select.Reset();
        return row;
    }

    /// <summary>Takes the next token.</summary>
    /// <returns>The row now; null when there is no such subscription.</returns>
    public static ProgressRow? Grant(SqliteConnection connection, SubscriptionId id, bool isShared)
    {
        if (Find(connection, id) is not { } row) return null;
        return Write(connection, id, row with { Token = row.Token + 1, Epoch = isShared ? row.Epoch : row.Token + 1 });
    }

    /// <summary>Moves the cursor, takes the next token and epoch, and removes the failed items that wait for another try.</summary>
    /// <returns>The row now; null when there is no such subscription.</returns>
    public static ProgressRow? Move(SqliteConnection connection, SubscriptionId id, byte[] cursor)
    {
        if (Find(connection, id) is not { } row) return null;
        FailedItemRows.DeleteRetries(connection, id);
        return Write(connection, id, row with { Token = row.Token + 1, Epoch = row.Token + 1, Cursor = cursor, AckedAbove = [] });
    }

    /// <summary>Stores a cursor if the token may still save.</summary>
    public static ProgressOutcome Save(
        SqliteConnection connection, SubscriptionId id, FencingToken token, byte[] cursor, byte[] ackedAbove, long? ackedAt)
    {
        var update = connection.Prepare(UpdateCursor);
        update.Bind(1, id.Value);
        update.Bind(2, token.Value);
        update.Bind(3, cursor);
        BindRanges(update, 4, ackedAbove);
        update.Bind(5, ackedAt);
        update.Run();
        if (connection.Changes > 0) return ProgressOutcome.Saved;
        return SubscriptionRows.HasId(connection, id) ? ProgressOutcome.Fenced : ProgressOutcome.NotFound;
    }

    private static ProgressRow Write(SqliteConnection connection, SubscriptionId id, ProgressRow row)
    {
        var update = connection.Prepare(UpdateLease);
        update.Bind(1, id.Value);
        update.Bind(2, row.Token);
        update.Bind(3, row.Epoch);
        update.Bind(4, row.Cursor);
        BindRanges(update, 5, row.AckedAbove);
        update.Run();
        return row;
    }

    private static void BindRanges(SqliteStatement statement, int parameter, byte[] ranges)
    {
        if (ranges.Length == 0) statement.BindNull(parameter);
        else statement.Bind(parameter, ranges);
    }
}
