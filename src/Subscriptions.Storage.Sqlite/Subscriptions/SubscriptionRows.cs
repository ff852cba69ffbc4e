using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>What became of a change to a definition's row.</summary>
internal enum RowOutcome
{
    /// <summary>It was made.</summary>
    Done = 1,

    /// <summary>Another subscription of the database has the name.</summary>
    NameTaken = 2,

    /// <summary>Another subscription has the identity, or the identity belongs to another name.</summary>
    IdentityDiffers = 3,

    /// <summary>There is no such subscription.</summary>
    NotFound = 4,
}

/// <summary>
/// The statements of the subscription file. Each method runs inside the caller's transaction; expected outcomes are results, never
/// constraint violations, because those would undo the work of all who share the transaction.
/// </summary>
internal static class SubscriptionRows
{
    private const string SelectAll =
        """
        select id, name, query, include_deletes, disabled, created_at, token, cursor, last_ack_at
        from subscriptions left join progress on subscription = id where database = ?1
        """;

    private const string SelectByName = "select 1 from subscriptions where database = ?1 and name_key = ?2";
    private const string SelectById = "select 1 from subscriptions where id = ?1";

    private const string InsertDefinition =
        """
        insert into subscriptions (id, database, name_key, name, query, include_deletes, disabled, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    private const string InsertProgress = "insert into progress (subscription, token, cursor, last_ack_at) values (?1, ?2, ?3, ?4)";

    private const string UpdateDefinition =
        """
        update subscriptions set name = ?4, query = ?5, include_deletes = ?6, disabled = ?7
        where id = ?1 and database = ?2 and name_key = ?3
        """;

    private const string DeleteDefinition = "delete from subscriptions where id = ?1";
    private const string DeleteProgress = "delete from progress where subscription = ?1";
    private const string DeleteDefinitions = "delete from subscriptions where database = ?1";

    private const string DeleteProgresses =
        "delete from progress where subscription in (select id from subscriptions where database = ?1)";

    private const string SelectProgress = "select token, cursor, last_ack_at from progress where subscription = ?1";
    private const string UpdateToken = "update progress set token = ?2, cursor = ?3 where subscription = ?1";

    private const string UpdateCursor =
        "update progress set cursor = ?3, last_ack_at = coalesce(?4, last_ack_at) where subscription = ?1 and token = ?2";

    /// <summary>All subscriptions of a database.</summary>
    /// <exception cref="StoreException">A row is damaged; the message names it.</exception>
    public static IReadOnlyList<StoredSubscription> List(SqliteConnection connection, DatabaseName database)
    {
        var found = new List<StoredSubscription>();
        var select = connection.Prepare(SelectAll);
        select.Bind(1, database.Value);
        while (select.Step())
        {
            var id = new SubscriptionId(select.Int64(0));
            var definition = DefinitionRow.ToDefinition(
                database, select.Text(1), select.Blob(2), includeDeletes: select.Int64(3) != 0, disabled: select.Int64(4) != 0);
            var createdAt = ProgressRow.ToInstant(select.Int64(5), id, connection.Path);
            found.Add(new StoredSubscription(id, definition, createdAt, ReadProgress(select, 6).ToProgress(id, connection.Path)));
        }

        return found;
    }

    /// <summary>Adds a subscription.</summary>
    public static RowOutcome Insert(
        SqliteConnection connection, SubscriptionId id, DefinitionRow definition, long createdAt, ProgressRow progress)
    {
        if (HasName(connection, definition)) return RowOutcome.NameTaken;
        if (HasId(connection, id)) return RowOutcome.IdentityDiffers;

        var insert = connection.Prepare(InsertDefinition);
        Bind(insert, id, definition);
        insert.Bind(8, createdAt);
        insert.Run();

        insert = connection.Prepare(InsertProgress);
        insert.Bind(1, id.Value);
        insert.Bind(2, progress.Token);
        insert.Bind(3, progress.Cursor);
        insert.Bind(4, progress.LastAckAt);
        insert.Run();
        return RowOutcome.Done;
    }

    /// <summary>Replaces a definition.</summary>
    public static RowOutcome Update(SqliteConnection connection, SubscriptionId id, DefinitionRow definition)
    {
        var update = connection.Prepare(UpdateDefinition);
        Bind(update, id, definition);
        update.Run();
        if (connection.Changes > 0) return RowOutcome.Done;
        return HasId(connection, id) ? RowOutcome.IdentityDiffers : RowOutcome.NotFound;
    }

    /// <summary>Removes a subscription.</summary>
    public static bool Delete(SqliteConnection connection, SubscriptionId id)
    {
        var delete = connection.Prepare(DeleteProgress);
        delete.Bind(1, id.Value);
        delete.Run();

        delete = connection.Prepare(DeleteDefinition);
        delete.Bind(1, id.Value);
        delete.Run();
        return connection.Changes > 0;
    }

    /// <summary>Removes a database's subscriptions.</summary>
    public static int DeleteAll(SqliteConnection connection, DatabaseName database)
    {
        // First, because it finds its rows through the definitions.
        var delete = connection.Prepare(DeleteProgresses);
        delete.Bind(1, database.Value);
        delete.Run();

        delete = connection.Prepare(DeleteDefinitions);
        delete.Bind(1, database.Value);
        delete.Run();
        return connection.Changes;
    }

    /// <summary>Takes the next token, and moves the cursor where one is given.</summary>
    /// <returns>The row now; null when there is no such subscription.</returns>
    public static ProgressRow? NextToken(SqliteConnection connection, SubscriptionId id, byte[]? cursor)
    {
        var select = connection.Prepare(SelectProgress);
        select.Bind(1, id.Value);
        var row = select.Step() ? ReadProgress(select, 0) : null;
        select.Reset();
        if (row is null) return null;

        row = row with { Token = row.Token + 1, Cursor = cursor ?? row.Cursor };
        var update = connection.Prepare(UpdateToken);
        update.Bind(1, id.Value);
        update.Bind(2, row.Token);
        update.Bind(3, row.Cursor);
        update.Run();
        return row;
    }

    /// <summary>Moves the cursor if the token is the stored one.</summary>
    public static ProgressOutcome SaveProgress(
        SqliteConnection connection, SubscriptionId id, FencingToken token, byte[] cursor, long? ackedAt)
    {
        var update = connection.Prepare(UpdateCursor);
        update.Bind(1, id.Value);
        update.Bind(2, token.Value);
        update.Bind(3, cursor);
        update.Bind(4, ackedAt);
        update.Run();
        if (connection.Changes > 0) return ProgressOutcome.Saved;
        return HasId(connection, id) ? ProgressOutcome.Fenced : ProgressOutcome.NotFound;
    }

    private static bool HasName(SqliteConnection connection, DefinitionRow definition)
    {
        var select = connection.Prepare(SelectByName);
        select.Bind(1, definition.Database);
        select.Bind(2, definition.NameKey);
        return IsAny(select);
    }

    private static bool HasId(SqliteConnection connection, SubscriptionId id)
    {
        var select = connection.Prepare(SelectById);
        select.Bind(1, id.Value);
        return IsAny(select);
    }

    private static bool IsAny(SqliteStatement select)
    {
        var isAny = select.Step();
        select.Reset();
        return isAny;
    }

    private static void Bind(SqliteStatement statement, SubscriptionId id, DefinitionRow definition)
    {
        statement.Bind(1, id.Value);
        statement.Bind(2, definition.Database);
        statement.Bind(3, definition.NameKey);
        statement.Bind(4, definition.Name);
        statement.Bind(5, definition.Query);
        statement.Bind(6, definition.IncludeDeletes ? 1L : 0L);
        statement.Bind(7, definition.Disabled ? 1L : 0L);
    }

    private static ProgressRow ReadProgress(SqliteStatement row, int column) => new(
        row.Int64(column), row.Blob(column + 1).ToArray(), row.IsNull(column + 2) ? null : row.Int64(column + 2));
}
