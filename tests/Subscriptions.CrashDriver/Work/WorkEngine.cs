using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;

namespace Subscriptions.CrashDriver.Work;

/// <summary>The whole engine over a data folder, without a network: one database, one subscription.</summary>
public sealed class WorkEngine : IAsyncDisposable
{
    /// <summary>How many partitions the database has.</summary>
    public const int Partitions = 3;

    private const string SubscriptionName = "ship";

    private readonly SqliteSubscriptionStore _subscriptions;
    private readonly DatabaseCatalog _catalog;
    private readonly SessionTicker _ticker;
    private readonly SessionServices _services;

    private WorkEngine(SqliteSubscriptionStore subscriptions, DatabaseCatalog catalog, SubscriptionLeaseManager leases)
    {
        _subscriptions = subscriptions;
        _catalog = catalog;
        _ticker = new SessionTicker(TimeProvider.System);
        _services = new SessionServices(leases, _ticker, new DeliveryOptions(), TimeProvider.System);
    }

    /// <summary>The database.</summary>
    public Database Shop => _catalog.Get("shop");

    /// <summary>Opens what is there; creates what is not.</summary>
    public static async Task<WorkEngine> OpenAsync(DataFolder folder)
    {
        var time = TimeProvider.System;
        var subscriptions = SqliteSubscriptionStore.Open(folder, time);
        var leases = new SubscriptionLeaseManager(subscriptions);
        var catalog = new DatabaseCatalog(
            SqliteDocumentStoreProvider.Open(folder, time),
            new RegistryServices(subscriptions, leases, MaxSubscriptions: 10, time),
            new DatabaseCatalogOptions { TailBytes = 20_000 });
        await catalog.OpenAllAsync(CancellationToken.None);
        await catalog.CreateAsync(DatabaseName.Parse("shop"), Partitions, new DatabaseSettings(), CancellationToken.None);
        var engine = new WorkEngine(subscriptions, catalog, leases);
        var definition = new SubscriptionDefinition
        {
            Database = engine.Shop.Info.Name,
            Name = SubscriptionName,
            Query = "from Orders where Keep = true",
        };
        await engine.Shop.Subscriptions.CreateAsync(definition, new StartPoint.Beginning(), CancellationToken.None);
        return engine;
    }

    /// <summary>Holds one worker's conversation.</summary>
    public Task WorkAsync(IWorkerConnection connection, int maxDocs, int window, bool closeWhenDrained)
    {
        var worker = new WorkerInfo("worker", "here", OpeningStrategy.Fail, TimeProvider.System.GetUtcNow());
        var options = SessionOptions.Create(maxDocs, 0, window, closeWhenDrained);
        return new WorkerSessionRunner(Shop.Subscriptions.Open(SubscriptionName), _services, connection, worker, options).RunAsync(default);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        await _ticker.DisposeAsync();
        await _subscriptions.DisposeAsync();
    }
}
