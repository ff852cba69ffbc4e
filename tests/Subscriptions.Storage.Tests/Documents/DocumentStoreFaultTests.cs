using System.Diagnostics;
using System.Text;
using Subscriptions.Core.Documents;
using Subscriptions.CrashDriver;
using Subscriptions.CrashDriver.Writes;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

public sealed class DocumentStoreFaultTests : IDisposable
{
    private const int TimeLimit = 60_000;

    private readonly TemporaryFolder _temporary = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => _temporary["data"];

    private string FilePath => Path.Combine(Data, "databases", $"{WriteValues.Database}.db");

    [Fact(Timeout = TimeLimit)]
    public async Task Open_ForeignBytes_IsRefusedNamingTheFileAndLeftAsItIs()
    {
        await FillAsync(1);
        await File.WriteAllTextAsync(FilePath, string.Concat(Enumerable.Repeat("somebody's letters ", 1000)), Cancellation);
        var before = await File.ReadAllBytesAsync(FilePath, Cancellation);

        await AssertRefusedAsync(StoreFault.Corrupt);

        Assert.Equal(before, await File.ReadAllBytesAsync(FilePath, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_TruncatedFile_IsRefusedNamingTheFile()
    {
        await FillAsync(500);
        await using (var file = new FileStream(FilePath, FileMode.Open)) file.SetLength(file.Length / 2);

        await AssertRefusedAsync(StoreFault.Corrupt);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Open_FileOfAnotherDatabase_IsRefusedNamingBoth()
    {
        await FillAsync(1);
        var renamed = Path.Combine(Data, "databases", "other.db");
        File.Move(FilePath, renamed);

        using var folder = DataFolder.Open(Data);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        var e = await Assert.ThrowsAsync<StoreException>(
            () => provider.OpenAsync(DatabaseName.Parse("other"), new IgnoringObserver(), Cancellation).AsTask());

        Assert.Equal(StoreFault.Corrupt, e.Kind);
        Assert.Contains(renamed, e.Message, StringComparison.Ordinal);
        Assert.Contains(WriteValues.Database.Value, e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit)]
    public void Open_ReadOnlyFolder_IsRefusedNamingIt()
    {
        Directory.CreateDirectory(Data);
        using var forbidden = new ReadOnlyFolder(Data);

        var e = Assert.Throws<StoreException>(() => DataFolder.Open(Data));

        Assert.Equal(StoreFault.ReadOnly, e.Kind);
        Assert.Contains(Data, e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _temporary.Dispose();

    private async Task FillAsync(int documents)
    {
        using var folder = DataFolder.Open(Data);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        await using var store = await WriteValues.OpenAsync(provider, new IgnoringObserver());
        var content = Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('y', 500)}\"}}");
        var writes = Enumerable.Range(0, documents).Select(n => new DocumentWrite { Kind = WriteKind.Put, Id = $"d{n}", Content = content });
        Assert.IsType<WriteResult.Committed>(await store.WriteAsync([.. writes], Cancellation));
    }

    private async Task AssertRefusedAsync(StoreFault kind)
    {
        using var folder = DataFolder.Open(Data);
        await using var provider = SqliteDocumentStoreProvider.Open(folder, TimeProvider.System);
        var e = await Assert.ThrowsAsync<StoreException>(
            () => provider.OpenAsync(WriteValues.Database, new IgnoringObserver(), Cancellation).AsTask());
        Assert.Equal(kind, e.Kind);
        Assert.Contains(FilePath, e.Message, StringComparison.Ordinal);
    }

    /// <summary>A folder in which nobody may write; for root, whom permissions do not bind, an immutable one.</summary>
    private sealed class ReadOnlyFolder : IDisposable
    {
        private static readonly bool IsRoot = Environment.UserName == "root";

        private readonly string _path;

        public ReadOnlyFolder(string path)
        {
            _path = path;
            Set(mode: "u-w", immutable: "+i");
        }

        public void Dispose() => Set(mode: "u+w", immutable: "-i");

        private void Set(string mode, string immutable)
        {
            using var process = IsRoot ? Process.Start("chattr", [immutable, _path]) : Process.Start("chmod", [mode, _path]);
            process.WaitForExit();
            Assert.True(
                process.ExitCode == 0,
                $"'{_path}' could not be made read-only or writable again. As root that takes chattr and a file system that knows it; other users need neither.");
        }
    }
}
