using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Storage.Sqlite.Writing;

/// <summary>
/// The store behind a <see cref="SqliteWriter"/>: keeps in memory what the database holds, in step with transactions, and tidies up when
/// there is time. All members are called on the writer's thread.
/// </summary>
internal interface IWriterHost
{
    /// <summary>Tidying that is left to do.</summary>
    WriterUpkeep Upkeep { get; }

    /// <summary>Called last inside every transaction: writes what the whole group shares.</summary>
    void OnCommitting(SqliteConnection connection);

    /// <summary>
    /// Called when a transaction is durable, before its callers are answered. Must not throw; if it does the writer closes, because memory
    /// and disk no longer agree.
    /// </summary>
    void OnCommitted();

    /// <summary>Called when a transaction was undone: memory must be again what it was before it began.</summary>
    void OnRolledBack();

    /// <summary>Does a bounded piece of the tidying, in a transaction of its own.</summary>
    void RunUpkeep(SqliteConnection connection);
}

/// <summary>How much tidying is left.</summary>
internal enum WriterUpkeep
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Some; it can wait until there is nothing else to do.</summary>
    WhenIdle = 1,

    /// <summary>So much that it must be done between writes.</summary>
    Now = 2,
}
