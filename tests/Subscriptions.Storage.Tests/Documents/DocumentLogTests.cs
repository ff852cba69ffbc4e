using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>What the log remembers of a transaction that was rolled back: nothing. And what it tells before one can be seen.</summary>
public sealed class DocumentLogTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SqliteFile _file = null!;

    public ValueTask InitializeAsync()
    {
        var info = new DatabaseInfo(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), DateTimeOffset.UnixEpoch);
        var path = _folder["shop.db"];
        SqliteFile.Create(path, Directory.CreateDirectory(_folder["tmp"]).FullName, DocumentSchema.Format, new SqliteTuning(), c => DatabaseRows.Initialize(c, info));
        _file = SqliteFile.Open(path, DocumentSchema.Format, new SqliteTuning());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void SetRevisions_InATransaction_HoldsIfThatIsCommitted(bool isCommitted, int revisions)
    {
        var connection = _file.Connection;
        var log = new DocumentLog(connection, new CommitRecorder(), TimeProvider.System, new SqliteTuning());
        connection.BeginWrite();
        log.SetRevisions(RevisionSettings.None.With("Orders", new CollectionRevisions()));
        if (isCommitted)
        {
            Commit(log);
        }
        else
        {
            connection.Rollback();
            log.OnRolledBack();
        }

        connection.BeginWrite();
        log.Write([Put(1)]);
        log.Write([Put(2)]);
        Commit(log);

        Assert.Equal(revisions, log.Totals.Revisions);
        Assert.Equal(!isCommitted, log.RevisionSettings.IsEmpty);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void Purge_BeforeItCanBeSeen_IsTold(bool isCommitted, long purgeSeqno)
    {
        var connection = _file.Connection;
        var log = new DocumentLog(connection, new CommitRecorder(), TimeProvider.System, new SqliteTuning());
        connection.BeginWrite();
        log.Write([Put(1)]);
        log.Write([new DocumentWrite { Kind = WriteKind.Delete, Id = "a" }]);
        Commit(log);

        connection.BeginWrite();
        Assert.Equal(1, log.Purge(DateTimeOffset.MaxValue, 10).Purged);
        log.OnCommitting(connection);
        var told = log.Partitions[0];
        if (isCommitted)
        {
            connection.Commit();
            log.OnCommitted();
        }
        else
        {
            connection.Rollback();
            log.OnRolledBack();
        }

        // From the commit on, readers on other threads find the deletion gone.
        Assert.Equal((2, 2, 2), (told.HighSeqno, told.PurgeSeqno, told.PurgeSeqnoOf("Orders")));
        var state = log.Partitions[0];
        Assert.Equal((2, purgeSeqno, purgeSeqno), (state.HighSeqno, state.PurgeSeqno, state.PurgeSeqnoOf("Orders")));
        Assert.Equal(isCommitted ? 0 : 1, log.Totals.Tombstones);
    }

    private static DocumentWrite Put(int value) =>
        new() { Kind = WriteKind.Put, Id = "a", Collection = "Orders", Content = Encoding.UTF8.GetBytes($"{{\"n\":{value}}}") };

    private void Commit(DocumentLog log)
    {
        log.OnCommitting(_file.Connection);
        _file.Connection.Commit();
        log.OnCommitted();
    }
}
