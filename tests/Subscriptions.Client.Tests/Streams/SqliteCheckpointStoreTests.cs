using Microsoft.Data.Sqlite;
using Subscriptions.Client.Sqlite;
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

    private protected override ICheckpointStore Reopen() => new SqliteCheckpointStore(Path);
}
