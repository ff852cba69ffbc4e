using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Subscriptions.Client.Sqlite;

/// <summary>The rows of one scope, within a transaction.</summary>
internal sealed class CheckpointRows(SqliteTransaction transaction, CheckpointScope scope)
{
    /// <summary>Refuses who was superseded.</summary>
    public void ThrowIfFenced(int partition, long epoch)
    {
        using var command = Command(
            "SELECT epoch FROM partition_checkpoints WHERE database=$database AND consumer=$consumer AND partition=$partition", partition);
        if (command.ExecuteScalar() is long stored && stored > epoch)
        {
            throw new CheckpointFencedException(scope, partition, epoch, stored);
        }
    }

    /// <summary>From now on older epochs are refused.</summary>
    public void Claim(int partition, long epoch)
    {
        if (epoch == 0)
        {
            return;
        }

        using var command = Command(
            """
            INSERT INTO partition_checkpoints(database, consumer, partition, epoch) VALUES($database, $consumer, $partition, $epoch)
            ON CONFLICT(database, consumer, partition) DO UPDATE SET epoch=$epoch
            """,
            partition);
        command.Parameters.AddWithValue("$epoch", epoch);
        command.ExecuteNonQuery();
    }

    /// <summary>What is kept of a partition; null: nothing.</summary>
    public PartitionCheckpoint? Read(int partition)
    {
        using var command = Command(
            """
            SELECT epoch, seqno, resume_token, branch, snapshot_start, snapshot_end, purge_seqno, earlier FROM partition_checkpoints
            WHERE database=$database AND consumer=$consumer AND partition=$partition AND seqno IS NOT NULL
            """,
            partition);
        using var row = command.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var position = new PartitionPosition
        {
            Seqno = row.GetInt64(1),
            ResumeToken = row.GetString(2),
            Branch = row.GetString(3),
            SnapshotStart = row.GetInt64(4),
            SnapshotEnd = row.GetInt64(5),
            PurgeSeqno = row.GetInt64(6),
        };
        return new PartitionCheckpoint(partition, position, row.GetInt64(0))
        {
            Earlier = JsonSerializer.Deserialize(row.GetString(7), PositionJson.Default.IReadOnlyListPartitionPosition) ?? [],
        };
    }

    /// <summary>Keeps a checkpoint.</summary>
    public void Put(PartitionCheckpoint checkpoint)
    {
        using var command = Command(
            """
            INSERT OR REPLACE INTO partition_checkpoints
            VALUES($database, $consumer, $partition, $epoch, $seqno, $token, $branch, $start, $end, $purge, $earlier)
            """,
            checkpoint.Partition);
        var position = checkpoint.Position;
        command.Parameters.AddWithValue("$epoch", checkpoint.Epoch);
        command.Parameters.AddWithValue("$seqno", position.Seqno);
        command.Parameters.AddWithValue("$token", position.ResumeToken);
        command.Parameters.AddWithValue("$branch", position.Branch);
        command.Parameters.AddWithValue("$start", position.SnapshotStart);
        command.Parameters.AddWithValue("$end", position.SnapshotEnd);
        command.Parameters.AddWithValue("$purge", position.PurgeSeqno);
        command.Parameters.AddWithValue(
            "$earlier", JsonSerializer.Serialize(checkpoint.Earlier, PositionJson.Default.IReadOnlyListPartitionPosition));
        command.ExecuteNonQuery();
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are this class's own.")]
    private SqliteCommand Command(string sql, int partition)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$database", scope.Database);
        command.Parameters.AddWithValue("$consumer", scope.Consumer);
        command.Parameters.AddWithValue("$partition", partition);
        return command;
    }
}
