using Microsoft.Data.Sqlite;

namespace Subscriptions.Client.Sqlite;

/// <summary>
/// Keeps the positions of any number of consumers in a SQLite file, a row a partition. A save is durable when it returns (write-ahead log, synced). Several
/// processes of one machine can use a file. Thread-safe.
/// </summary>
/// <remarks>
/// The table <c>partition_checkpoints</c> may lie in a file that has tables of your own. Who changes those and this one in one transaction has the effects of
/// each change exactly once: see <see cref="Write"/>. The consumer must save nothing by itself then (<see cref="PartitionConsumerOptions.CheckpointInterval"/>): what it saves
/// while a handler commits is older than that.
/// </remarks>
public sealed class SqliteCheckpointStore : ICheckpointStore
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS partition_checkpoints(
          database TEXT NOT NULL, consumer TEXT NOT NULL, partition INTEGER NOT NULL, epoch INTEGER NOT NULL,
          seqno INTEGER, resume_token TEXT, branch TEXT, snapshot_start INTEGER, snapshot_end INTEGER, purge_seqno INTEGER, earlier TEXT,
          PRIMARY KEY(database, consumer, partition)) WITHOUT ROWID
        """;

    private readonly string _connection;
    private readonly Lock _opening = new();
    private bool _isReady;

    static SqliteCheckpointStore() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Makes a store over a file, which need not exist; its folder must.</summary>
    public SqliteCheckpointStore(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _connection = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;
    }

    /// <summary>Saves as part of a transaction of the caller's, which is on a connection to the file.</summary>
    /// <param name="transaction">The transaction; the caller commits it.</param>
    /// <param name="scope">Whose.</param>
    /// <param name="checkpoints">What to keep.</param>
    /// <exception cref="CheckpointFencedException">Somebody has one of the partitions under a newer epoch. Roll the transaction back.</exception>
    /// <exception cref="SqliteException">SQLite refuses, or cannot.</exception>
    public static void Write(SqliteTransaction transaction, CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(checkpoints);
        Execute(transaction, Schema);
        var rows = new CheckpointRows(transaction, scope);
        foreach (var checkpoint in checkpoints)
        {
            rows.ThrowIfFenced(checkpoint.Partition, checkpoint.Epoch);
            rows.Put(checkpoint);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteException">SQLite refuses, or cannot.</exception>
    public Task<IReadOnlyList<PartitionCheckpoint>> LoadAsync(
        CheckpointScope scope, IReadOnlyCollection<int> partitions, long epoch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(partitions);
        return Task.Run<IReadOnlyList<PartitionCheckpoint>>(
            () => Transact(transaction =>
            {
                var rows = new CheckpointRows(transaction, scope);
                var found = new List<PartitionCheckpoint>(partitions.Count);
                foreach (var partition in partitions)
                {
                    rows.ThrowIfFenced(partition, epoch);
                    rows.Claim(partition, epoch);
                    if (rows.Read(partition) is { } checkpoint)
                    {
                        found.Add(checkpoint);
                    }
                }

                return found;
            }),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteException">SQLite refuses, or cannot; nothing was saved.</exception>
    public Task SaveAsync(CheckpointScope scope, IReadOnlyCollection<PartitionCheckpoint> checkpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(checkpoints);
        return Task.Run(
            () => Transact(transaction =>
            {
                Write(transaction, scope, checkpoints);
                return true;
            }),
            cancellationToken);
    }

    private T Transact<T>(Func<SqliteTransaction, T> action)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        Prepare(connection);

        // It begins as a writer: two that read first and then write would deadlock. Not committed, it is undone.
        using var transaction = connection.BeginTransaction(deferred: false);
        var result = action(transaction);
        transaction.Commit();
        return result;
    }

    private void Prepare(SqliteConnection connection)
    {
        // Of the connection, so each time; the other is of the file.
        Execute(connection, "PRAGMA synchronous=FULL");
        lock (_opening)
        {
            if (!_isReady)
            {
                Execute(connection, "PRAGMA journal_mode=WAL");
                Execute(connection, Schema);
                _isReady = true;
            }
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteTransaction transaction, string sql)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
