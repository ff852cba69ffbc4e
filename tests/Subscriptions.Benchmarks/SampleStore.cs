using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;

namespace Subscriptions.Benchmarks;

/// <summary>A database in a temporary folder, with documents. Disposal removes the folder.</summary>
internal sealed class SampleStore : IDisposable
{
    private const int RequestSize = 500;

    private readonly string _folder;
    private readonly DataFolder _data;
    private readonly SqliteDocumentStoreProvider _provider;

    private SampleStore(string folder, DataFolder data, SqliteDocumentStoreProvider provider, IDocumentStore store, ChangeFeed feed)
    {
        _folder = folder;
        _data = data;
        _provider = provider;
        Store = store;
        Feed = feed;
    }

    /// <summary>The store.</summary>
    public IDocumentStore Store { get; }

    /// <summary>The feed over it.</summary>
    public ChangeFeed Feed { get; }

    /// <summary>Makes one. Blocks: benchmarks that run in their own process have no setup that is awaited.</summary>
    /// <param name="documents">How many documents it has.</param>
    /// <param name="tailBytes">What its feed may keep in memory.</param>
    public static SampleStore Create(int documents, long tailBytes) => CreateAsync(documents, tailBytes).GetAwaiter().GetResult();

    /// <summary>Closes it and removes its folder.</summary>
    public void Dispose() => DisposeAsync().GetAwaiter().GetResult();

    private static async Task<SampleStore> CreateAsync(int documents, long tailBytes)
    {
        var folder = Directory.CreateTempSubdirectory("subscriptions-benchmarks-").FullName;
        var data = DataFolder.Open(folder);
        var provider = SqliteDocumentStoreProvider.Open(data, TimeProvider.System);
        var feed = new ChangeFeed(tailBytes);
        var info = new DatabaseInfo(DatabaseName.Parse("benchmarks"), 1, new DatabaseSettings(), TimeProvider.System.GetUtcNow());
        var store = await provider.CreateAsync(info, feed, CancellationToken.None)
            ?? throw new InvalidOperationException("A new folder has a database already.");
        feed.Attach(store);
        foreach (var request in SampleChanges.Writes(documents).Chunk(RequestSize))
        {
            if (await store.WriteAsync(request, CancellationToken.None) is not WriteResult.Committed)
                throw new InvalidOperationException("A write without conditions was refused.");
        }

        return new SampleStore(folder, data, provider, store, feed);
    }

    private async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await _provider.DisposeAsync();
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
