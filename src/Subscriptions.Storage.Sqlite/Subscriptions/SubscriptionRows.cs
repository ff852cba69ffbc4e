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

    /// <summary>Another subscription has the identity, or the identity belongs to another database.</summary>
    IdentityDiffers = 3,

    /// <summary>There is no such subscription.</summary>
    NotFound = 4,
}

/// <summary>
/// The statements on definitions. Each method runs inside the caller's transaction; expected outcomes are results, never constraint
/// violations, because those would undo the work of all who share the transaction.
/// </summary>
internal static class SubscriptionRows
{
    private const string SelectAll =
        $"""
        select id, created_at, {DefinitionRow.Columns}, {ProgressRow.Columns}
        from subscriptions left join progress on subscription = id where database = ?1
        """;

    private const string SelectByName = "select id from subscriptions where database = ?1 and name_key = ?2";
    private const string SelectById = "select 1 from subscriptions where id = ?1";
    private const string SelectDatabase = "select database from subscriptions where id = ?1";

    private const string InsertDefinition =
        $"""
        insert into subscriptions (id, database, name_key, {DefinitionRow.Columns}, created_at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """;

    private const string UpdateDefinition =
        $"""
        update subscriptions set (name_key, {DefinitionRow.Columns}) = (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        where id = ?1 and database = ?2
        """;

    private const string DeleteDefinition = "delete from subscriptions where id = ?1";
    private const string DeleteProgress = "delete from progress where subscription = ?1";
    private const string DeleteDefinitions = "delete from subscriptions where database = ?1";

    private const string DeleteProgresses =
        "delete from progress where subscription in (select id from subscriptions where database = ?1)";

    /// <summary>All subscriptions of a database.</summary>
    /// <exception cref="StoreException">A row is damaged; the message names it.</exception>
    public static IReadOnlyList<StoredSubscription> List(SqliteConnection connection, DatabaseName database)
    {
        const int definitionColumn = 2;
        var found = new List<StoredSubscription>();
        var select = connection.Prepare(SelectAll);
        select.Bind(1, database.Value);
        while (select.Step())
        {
            var id = new SubscriptionId(select.Int64(0));
            var createdAt = ProgressRow.ToInstant(select.Int64(1), id, connection.Path);
            var definition = DefinitionRow.Read(select, definitionColumn, database, id, connection.Path);
            var progress = ProgressRow.Read(select, definitionColumn + DefinitionRow.ColumnCount);
            found.Add(new StoredSubscription(id, definition, createdAt, progress.ToProgress(id, connection.Path)));
        }

        return found;
    }

    /// <summary>Adds a subscription.</summary>
    public static RowOutcome Insert(
        SqliteConnection connection, SubscriptionId id, DefinitionRow definition, long createdAt, ProgressRow progress)
    {
        if (FindName(connection, definition) is not null) return RowOutcome.NameTaken;
        if (HasId(connection, id)) return RowOutcome.IdentityDiffers;

        var insert = connection.Prepare(InsertDefinition);
        insert.Bind(1, id.Value);
        definition.Bind(insert);
        insert.Bind(16, createdAt);
        insert.Run();
        ProgressRows.Insert(connection, id, progress);
        return RowOutcome.Done;
    }

    /// <summary>Replaces a definition, its name included.</summary>
    public static RowOutcome Update(SqliteConnection connection, SubscriptionId id, DefinitionRow definition)
    {
        if (FindDatabase(connection, id) is not { } database) return RowOutcome.NotFound;
        if (database != definition.Database) return RowOutcome.IdentityDiffers;
        if (FindName(connection, definition) is { } holder && holder != id.Value) return RowOutcome.NameTaken;

        var update = connection.Prepare(UpdateDefinition);
        update.Bind(1, id.Value);
        definition.Bind(update);
        update.Run();
        return RowOutcome.Done;
    }

    /// <summary>Removes a subscription.</summary>
    public static bool Delete(SqliteConnection connection, SubscriptionId id)
    {
        FailedItemRows.DeleteAll(connection, id);
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
        // Definitions last, because the others are found through them.
        FailedItemRows.DeleteAll(connection, database.Value);
        var delete = connection.Prepare(DeleteProgresses);
        delete.Bind(1, database.Value);
        delete.Run();

        delete = connection.Prepare(DeleteDefinitions);
        delete.Bind(1, database.Value);
        delete.Run();
        return connection.Changes;
    }

    /// <summary>Whether there is such a subscription.</summary>
    public static bool HasId(SqliteConnection connection, SubscriptionId id)
    {
        var select = connection.Prepare(SelectById);
        select.Bind(1, id.Value);
        var isAny = select.Step();
        select.Reset();
        return isAny;
    }

    private static long? FindName(SqliteConnection connection, DefinitionRow definition)
    {
        var select = connection.Prepare(SelectByName);
        select.Bind(1, definition.Database);
        select.Bind(2, definition.NameKey);
        long? id = select.Step() ? select.Int64(0) : null;
        select.Reset();
        return id;
    }

    private static string? FindDatabase(SqliteConnection connection, SubscriptionId id)
    {
        var select = connection.Prepare(SelectDatabase);
        select.Bind(1, id.Value);
        var database = select.Step() ? select.Text(0) : null;
        select.Reset();
        return database;
    }
}
