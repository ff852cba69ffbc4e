using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Telemetry.Instruments;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;

namespace Subscriptions.Server.Hosting;

/// <summary>Where everything is kept: open stores, which disposing closes.</summary>
/// <param name="Documents">Databases.</param>
/// <param name="Subscriptions">Subscriptions of all databases.</param>
/// <param name="Location">Where that is, for people.</param>
/// <param name="Folder">Released last; null when there is none.</param>
internal sealed record EngineStores(
    IDocumentStoreProvider Documents, ISubscriptionStore Subscriptions, string Location, IDisposable? Folder = null) : IAsyncDisposable
{
    /// <summary>What the stores and all above them report to; lives as long as the stores.</summary>
    public ServerMeter Meter { get; init; } = new();

    /// <summary>Which server this is: 32 hex digits that live as long as the data. Clients name their checkpoints after it.</summary>
    public string Identity { get; init; } = ServerIdentity.Draw();

    /// <summary>Locks a data folder and opens what is in it.</summary>
    /// <exception cref="StoreException">It is in use, damaged, or cannot be written to; the message names it.</exception>
    public static async Task<EngineStores> OpenAsync(string path, TimeProvider time)
    {
        var folder = DataFolder.Open(path);
        var meter = new ServerMeter();
        SqliteSubscriptionStore? subscriptions = null;
        try
        {
            var identity = ServerIdentity.ReadOrCreate(folder);
            subscriptions = SqliteSubscriptionStore.Open(folder, time, meter.Stores.Subscriptions);
            var documents = SqliteDocumentStoreProvider.Open(folder, time, meter.Stores.Documents);
            return new EngineStores(documents, subscriptions, folder.FullPath, folder) { Meter = meter, Identity = identity };
        }
        catch
        {
            meter.Dispose();
            if (subscriptions is not null) await subscriptions.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Documents.DisposeAsync();
        await Subscriptions.DisposeAsync();
        Folder?.Dispose();
        Meter.Dispose();
    }
}
