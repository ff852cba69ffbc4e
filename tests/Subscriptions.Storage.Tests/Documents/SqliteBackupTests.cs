using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>What backups and restores do to files.</summary>
public sealed class SqliteBackupTests : IDisposable
{
    private static readonly DatabaseName Shop = DatabaseName.Parse("shop");

    private readonly TemporaryFolder _folder = new();
    private readonly DataFolder _data;

    public SqliteBackupTests() => _data = DataFolder.Open(_folder["data"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Temporary => Path.Combine(_data.FullPath, "databases.tmp");

    private string FilePath => Path.Combine(_data.FullPath, "databases", "shop.db");

    [Fact]
    public async Task BackUp_LargerThanOnePiece_IsCompleteAndWritersGoOn()
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        var store = await CreateAsync(provider, documents: 3000);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++) await store.WriteAsync([Put($"doc-{count % 3000}", count)], Cancellation).Within();
            return count;
        });

        await using var backup = await store.BackUpAsync(Cancellation).Within();
        await stop.CancelAsync();

        Assert.True(await writing.Within() > 0);
        Assert.True(backup.Length > 256 * 4096, $"{backup.Length} bytes are one piece");
        await store.DisposeAsync();
        await using var restore = await provider.PrepareRestoreAsync(Shop, backup, Cancellation).Within();
        Assert.True(await restore.CommitAsync(replace: true).Within());
        await using var again = await provider.OpenAsync(Shop, new CommitRecorder(), Cancellation).Within();
        Assert.Equal(3000, (await again!.GetStatisticsAsync(Cancellation)).Documents);
    }

    [Fact]
    public async Task BackUp_StoreIsClosedOnTheWay_EndsAndLeavesNothing()
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        var store = await CreateAsync(provider, documents: 3000);

        var backups = Enumerable.Range(0, 5).Select(_ => store.BackUpAsync(Cancellation).AsTask()).ToList();
        await store.DisposeAsync().AsTask().Within();

        foreach (var backup in backups)
        {
            try
            {
                await (await backup.Within()).DisposeAsync();
            }
            catch (StoreException e)
            {
                Assert.Equal(StoreFault.Closed, e.Kind);
            }
        }

        Assert.Empty(Directory.EnumerateFiles(Temporary));
        Assert.False(File.Exists(FilePath + "-wal"));
    }

    [Fact]
    public async Task BackUp_Cancelled_LeavesNothing()
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        await using var store = await CreateAsync(provider, documents: 3000);
        using var cancelled = new CancellationTokenSource();
        var backup = store.BackUpAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => backup.Within());

        Assert.Empty(Directory.EnumerateFiles(Temporary));
        await using (await store.BackUpAsync(Cancellation).Within()) Assert.Single(Directory.EnumerateFiles(Temporary));
        Assert.Empty(Directory.EnumerateFiles(Temporary));
    }

    [Fact]
    public async Task Restore_LeavesNothingBehind()
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        var store = await CreateAsync(provider, documents: 10);
        var backup = await store.BackUpAsync(Cancellation).Within();
        await store.DisposeAsync();
        await using (backup)
        await using (var restore = await provider.PrepareRestoreAsync(Shop, backup, Cancellation).Within())
        {
            Assert.True(await restore.CommitAsync(replace: true).Within());
        }

        await Assert.ThrowsAsync<EngineException>(() => provider.PrepareRestoreAsync(Shop, new MemoryStream([1, 2, 3]), Cancellation).Within());

        Assert.Empty(Directory.EnumerateFiles(Temporary));
        Assert.Equal([FilePath], Directory.EnumerateFiles(Path.GetDirectoryName(FilePath)!));
    }

    // What a killed process may leave: a journal beside the file that is replaced. It must not come into the new file, nor keep a damaged one where it is.
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task Restore_OldFileHasAJournal_ItGoesWithTheOldFile(int? damagedAt)
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        var store = await CreateAsync(provider, documents: 5);
        await using var backup = await store.BackUpAsync(Cancellation).Within();
        await store.WriteAsync([Put("doc-1", 99)], Cancellation).Within();
        byte[] journal = await ReadSharedAsync(FilePath + "-wal"), file = await ReadSharedAsync(FilePath);
        await store.DisposeAsync();
        if (damagedAt is { } start) Array.Fill<byte>(file, 0xff, start, 4096);
        await File.WriteAllBytesAsync(FilePath + "-wal", journal, Cancellation);
        await File.WriteAllBytesAsync(FilePath, file, Cancellation);

        await using var restore = await provider.PrepareRestoreAsync(Shop, backup, Cancellation).Within();
        Assert.True(await restore.CommitAsync(replace: true).Within());

        await using var again = await provider.OpenAsync(Shop, new CommitRecorder(), Cancellation).Within();
        Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString((await again!.GetAsync("doc-1", Cancellation))!.Content.Span));
    }

    [Theory]
    [InlineData("create trigger mischief after insert on change begin delete from document; end")]
    [InlineData("create view partitions as select * from partition")]
    [InlineData("create table extra(x)")]
    [InlineData("drop index change_expiry")]
    [InlineData("update partition set high_seqno = 2")]
    [InlineData("delete from branch")]
    [InlineData("delete from database")]
    [InlineData("insert into database select * from database")]
    [InlineData("update database set partitions = 0")]
    [InlineData("update database set name = 'NO NAME'")]
    [InlineData("insert into partition(partition, high_seqno, purge_seqno, documents, tombstones, superseded) values(1, 0, 0, 0, 0, 0)")]
    [InlineData("pragma user_version = 1000")]
    [InlineData("pragma user_version = 0")]
    [InlineData("pragma application_id = 1")]
    public async Task Restore_OfATamperedBackup_IsInvalid(string tampering)
    {
        await using var provider = SqliteDocumentStoreProvider.Open(_data, TimeProvider.System);
        await using var store = await CreateAsync(provider, documents: 5);
        var path = _folder["tampered.db"];
        await using (var backup = await store.BackUpAsync(Cancellation).Within())
        await using (var file = File.Create(path))
            await backup.CopyToAsync(file, Cancellation);
        using (var connection = SqliteConnection.Open(path, SqliteAccess.Write)) connection.Execute(tampering);

        await using var tampered = File.OpenRead(path);
        var e = await Assert.ThrowsAsync<EngineException>(() => provider.PrepareRestoreAsync(Shop, tampered, Cancellation).Within());

        Assert.Equal(ErrorCode.InvalidBackup, e.Code);
        Assert.DoesNotContain(_data.FullPath, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Temporary).Except([FilePath]));
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    private static DocumentWrite Put(string id, int n) => new()
    {
        Kind = WriteKind.Put,
        Id = id,
        Collection = "Orders",
        Content = Encoding.UTF8.GetBytes($"{{\"n\":{n}}}"),
    };

    private static async Task<IDocumentStore> CreateAsync(SqliteDocumentStoreProvider provider, int documents)
    {
        var info = new DatabaseInfo(Shop, 1, new DatabaseSettings(), TimeProvider.System.GetUtcNow());
        var store = await provider.CreateAsync(info, new CommitRecorder(), Cancellation).Within();
        var padding = new string('x', 500);
        for (var n = 0; n < documents; n += 500)
        {
            await store!.WriteAsync(
                [.. Enumerable.Range(n, Math.Min(500, documents - n)).Select(i => Put($"doc-{i}", i) with { Content = Encoding.UTF8.GetBytes(documents < 500 ? $"{{\"n\":{i}}}" : $"{{\"p\":\"{padding}\"}}") })],
                Cancellation).Within();
        }

        return store!;
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }
}
