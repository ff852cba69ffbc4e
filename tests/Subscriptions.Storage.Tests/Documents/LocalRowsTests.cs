using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>How many local documents there may be, through transactions that fail.</summary>
public sealed class LocalRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteConnection _connection;

    public LocalRowsTests()
    {
        _connection = SqliteConnection.Open(_folder["local.db"], SqliteAccess.Create);
        foreach (var statement in DocumentSchema.Format.Migrations.SelectMany(m => m.Statements)) _connection.Execute(statement);
    }

    [Fact]
    public void Write_OneMoreThanThereMayBe_IsRefusedUntilOneIsDeleted()
    {
        var rows = new LocalRows(_connection, max: 2);
        Assert.Equal([1, 1], Run(rows, commit: true, ("a", 0), ("b", 0)));

        Assert.IsType<LocalWriteResult.TooMany>(rows.Write("c", Content, 0));
        Assert.Equal(new LocalWriteResult.Committed(2), rows.Write("b", Content, 1));
        Assert.Equal(new LocalWriteResult.Committed(0), rows.Write("a", null, 1));
        Assert.Equal(new LocalWriteResult.Committed(1), rows.Write("c", Content, 0));
        Assert.IsType<LocalWriteResult.TooMany>(new LocalRows(_connection, max: 2).Write("d", Content, 0));
    }

    [Fact]
    public void Write_TransactionIsUndone_DoesNotCount()
    {
        var rows = new LocalRows(_connection, max: 2);
        Run(rows, commit: true, ("a", 0));

        Assert.Equal([1], Run(rows, commit: false, ("b", 0)));

        Assert.Null(LocalRows.Get(_connection, "b"));
        Assert.Equal([1], Run(rows, commit: true, ("c", 0)));
        Assert.IsType<LocalWriteResult.TooMany>(rows.Write("d", Content, 0));
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    private static ReadOnlyMemory<byte> Content => "{}"u8.ToArray();

    private long[] Run(LocalRows rows, bool commit, params (string Id, long Expected)[] writes)
    {
        _connection.BeginWrite();
        var versions = writes.Select(w => Assert.IsType<LocalWriteResult.Committed>(rows.Write(w.Id, Content, w.Expected)).Version).ToArray();
        if (commit)
        {
            _connection.Commit();
            rows.OnCommitted();
        }
        else
        {
            _connection.Rollback();
            rows.OnRolledBack();
        }

        return versions;
    }
}
