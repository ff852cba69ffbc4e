using Microsoft.Data.Sqlite;
using Subscriptions.Client.Sqlite;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class SqliteCheckpointStoreTests : CheckpointStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqliteCheckpointStoreTests() => Store = Reopen();

    private protected override ICheckpointStore Store { get; }

    private string Path => _folder["positions.db"];

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task Load_OtherConsumers_AreKeptApart()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning, 0)], Token);

        Assert.Empty(await Store.LoadAsync(Scope with { Consumer = "other" }, [0], 0, Token));
        Assert.Empty(await Store.LoadAsync(Scope with { Database = "other" }, [0], 0, Token));
    }

    [Fact]
    public async Task Write_InATransactionThatIsRolledBack_KeepsNothing()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 1 }, 0)], Token);
        await using (var connection = new SqliteConnection($"Data Source={Path}"))
        {
            await connection.OpenAsync(Token);
            await using var transaction = connection.BeginTransaction(deferred: false);
            SqliteCheckpointStore.Write(transaction, Scope, [new(0, PartitionPosition.Beginning with { Seqno = 2 }, 0)]);
            await transaction.RollbackAsync(Token);
        }

        Assert.Equal(1, Assert.Single(await Reopen().LoadAsync(Scope, [0], 0, Token)).Position.Seqno);
    }

    [Fact]
    public async Task Save_FromManyAtOnce_WaitsForItsTurn()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(p => Reopen().SaveAsync(Scope, [new(p, PartitionPosition.Beginning, 0)], Token))).Within();

        Assert.Equal(8, (await Store.LoadAsync(Scope, [.. Enumerable.Range(0, 8)], 0, Token)).Count);
    }

    [Fact]
    public async Task Write_WithTheEffectsOfEachChange_HasThemOnceThoughTheConsumerFailsInTheMiddle()
    {
        await using var server = await ScriptedServer.StartAsync();
        using (var connection = Open()) Execute(connection, "CREATE TABLE effects(seqno INTEGER NOT NULL)");
        var fails = true;
        var handler = new RecordingHandler
        {
            Before = (changes, _) =>
            {
                Apply(changes);
                return Task.CompletedTask;
            },
        };
        await using (var run = new ConsumerRun(server, Configure, handler: handler))
        {
            var connection = await server.AcceptOpenConnectionAsync();
            var stream = await connection.AcceptStreamAsync();
            await connection.SendAsync(StreamWire.Snapshot(stream.StreamId, 0, 9));
            await connection.SendAsync(StreamWire.Rows(stream.StreamId, 0, 9, 2, 5));
            await connection.SendAsync(StreamWire.Rows(stream.StreamId, 0, 9, 7, 9));
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => run.Running.Within());
        }

        fails = false;
        await using var again = new ConsumerRun(server, Configure, handler: handler);
        var second = await server.AcceptOpenConnectionAsync();
        var opened = await second.AcceptStreamAsync();
        Assert.Equal(StreamWire.Token(5, 0, 9), opened.ResumeToken);
        await second.SendAsync(StreamWire.Snapshot(opened.StreamId, 0, 9));
        await second.SendAsync(StreamWire.Rows(opened.StreamId, 0, 9, 7, 9));
        while (await handler.NextAsync() != "changes 7,9")
        {
        }

        Assert.Equal([2, 5, 7, 9], Applied());
        Assert.Equal(9, Assert.Single(await Store.LoadAsync(Scope, [0], 0, Token)).Position.Seqno);

        void Configure(PartitionConsumerOptions options) => (options.Checkpoints, options.CheckpointInterval) = (Store, Timeout.InfiniteTimeSpan);

        void Apply(PartitionChanges changes)
        {
            using var connection = Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var change in changes.Changes) Execute(connection, "INSERT INTO effects VALUES($seqno)", change.Seqno);
            SqliteCheckpointStore.Write(transaction, Scope, [new(changes.Partition, changes.Position, 0)]);
            if (fails && changes.Changes[0].Seqno == 7) throw new InvalidTimeZoneException("in the middle");
            transaction.Commit();
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path}");
        connection.Open();
        return connection;
    }

    private List<long> Applied()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seqno FROM effects ORDER BY rowid";
        using var rows = command.ExecuteReader();
        var applied = new List<long>();
        while (rows.Read()) applied.Add(rows.GetInt64(0));
        return applied;
    }

    private static void Execute(SqliteConnection connection, string sql, long? seqno = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (seqno is { } value) command.Parameters.AddWithValue("$seqno", value);
        command.ExecuteNonQuery();
    }

    private protected override ICheckpointStore Reopen() => new SqliteCheckpointStore(Path);
}
