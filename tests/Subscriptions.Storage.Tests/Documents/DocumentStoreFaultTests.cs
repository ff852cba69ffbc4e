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

    public static bool CanForbidWriting => ReadOnlyFolder.IsPossible();

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

    [Fact(Timeout = TimeLimit, SkipUnless = nameof(CanForbidWriting), Skip = "cannot forbid this user to write to a folder")]
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
        private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute;

        private readonly string _path;

        public ReadOnlyFolder(string path)
        {
            _path = path;
            Assert.True(TrySet(_path, Readable, "+i"), $"{_path} cannot be made read-only");
        }

        /// <summary>Whether this user can be kept from writing where temporary folders are.</summary>
        public static bool IsPossible()
        {
            using var folder = new TemporaryFolder();
            Directory.CreateDirectory(folder["probe"]);
            return TrySet(folder["probe"], Readable, "+i") && TrySet(folder["probe"], Readable | UnixFileMode.UserWrite, "-i");
        }

        public void Dispose() => TrySet(_path, Readable | UnixFileMode.UserWrite, "-i");

        private static bool TrySet(string path, UnixFileMode mode, string immutable)
        {
            if (!OperatingSystem.IsLinux()) return false;
            if (Environment.UserName != "root")
            {
                File.SetUnixFileMode(path, mode);
                return true;
            }

            if (!File.Exists("/usr/bin/chattr")) return false;
            using var process = Process.Start("/usr/bin/chattr", [immutable, path]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
