using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Subscriptions;

/// <summary>The writer's host of the subscription file, of which nothing is kept in memory and which needs no tidying.</summary>
internal sealed class SubscriptionWriterHost : IWriterHost
{
    private long _commits;

    /// <summary>How many transactions were synced.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <inheritdoc />
    public WriterUpkeep Upkeep => WriterUpkeep.None;

    /// <inheritdoc />
    public void OnCommitting(SqliteConnection connection)
    {
        // The calls of a group share nothing but the sync.
    }

    /// <inheritdoc />
    public void OnCommitted() => Volatile.Write(ref _commits, _commits + 1);

    /// <inheritdoc />
    public void OnRolledBack()
    {
        // The file is the only state.
    }

    /// <inheritdoc />
    public void RunUpkeep(SqliteConnection connection)
    {
        // Updated rows stay in their place and the space of deleted ones is used again.
    }
}
