using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Streams;

public sealed class FileCheckpointStoreTests : CheckpointStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FileCheckpointStore _store;

    public FileCheckpointStoreTests() => _store = new FileCheckpointStore(Path);

    private protected override ICheckpointStore Store => _store;

    private string Path => _folder["deep/indexer.json"];

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private protected override ICheckpointStore Reopen()
    {
        _store.Dispose();
        return _store = new FileCheckpointStore(Path);
    }

    [Theory]
    [InlineData("{\"version\":1")]
    [InlineData("""{"version":1,"database":"shop","consumer":"indexer","partitions":null}""")]
    [InlineData("""{"version":1,"database":"shop","consumer":"indexer","partitions":[null]}""")]
    [InlineData("""{"version":1,"database":"shop","consumer":"indexer","partitions":[{"partition":0,"earlier":[null]}]}""")]
    public async Task Load_FileIsNone_SaysSoAndLeavesIt(string text)
    {
        Directory.CreateDirectory(_folder["deep"]);
        await File.WriteAllTextAsync(Path, text, Token);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => Store.LoadAsync(Scope, [0], 0, Token));

        Assert.Contains(Path, e.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path, Token));
    }

    [Fact]
    public async Task Load_FileOfAnotherConsumer_IsRefused()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning, 0)], Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => Reopen().LoadAsync(Scope with { Consumer = "other" }, [0], 0, Token));
    }

    [Fact]
    public async Task Load_FileInUse_IsRefusedUntilItIsGivenFree()
    {
        await Store.LoadAsync(Scope, [0], 0, Token);
        using var second = new FileCheckpointStore(Path);
        await Assert.ThrowsAnyAsync<IOException>(() => second.LoadAsync(Scope, [0], 0, Token));

        _store.Dispose();

        Assert.Empty(await second.LoadAsync(Scope, [0], 0, Token));
    }

    [Fact]
    public async Task Save_LeftoverOfAKilledWriter_IsOverwritten()
    {
        await Store.SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 1 }, 0)], Token);
        await File.WriteAllTextAsync(Path + ".tmp", "half a fi", Token);

        await Reopen().SaveAsync(Scope, [new(0, PartitionPosition.Beginning with { Seqno = 2 }, 0)], Token);

        Assert.Equal(2, Assert.Single(await Reopen().LoadAsync(Scope, [0], 0, Token)).Position.Seqno);
        Assert.Equal(["indexer.json", "indexer.json.lock"], Directory.GetFiles(_folder["deep"]).Select(System.IO.Path.GetFileName).Order());
    }
}
