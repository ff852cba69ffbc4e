using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Storage.Sqlite.Documents;
using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Subscriptions;

namespace Subscriptions.CrashDriver.Work;

/// <summary>The whole engine over a data folder, without a network: one database, one subscription of each scenario.</summary>
public sealed class WorkEngine : IAsyncDisposable
{
    /// <summary>How many partitions the database has.</summary>
    public const int Partitions = 3;

    /// <summary>The subscription that one worker has for itself.</summary>
    public const string Exclusive = "ship";

    /// <summary>The subscription that workers share; what fails twice is given up.</summary>
    public const string Shared = "share";

    private readonly ISubscriptionStore _subscriptions;
    private readonly DatabaseCatalog _catalog;
    private readonly SharedTicker _ticker;
    private readonly SessionServices _services;

    private WorkEngine(ISubscriptionStore subscriptions, DatabaseCatalog catalog, SubscriptionLeaseManager leases)
    {
        _subscriptions = subscriptions;
        _catalog = catalog;
        _ticker = new SharedTicker(TimeProvider.System);
        _services = new SessionServices(leases, _ticker, new DeliveryOptions(), TimeProvider.System);
    }

    /// <summary>The database.</summary>
    public Database Shop => _catalog.Get("shop");

    /// <summary>Opens what is there; creates what is not.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="around">Puts something around the subscription store.</param>
    public static async Task<WorkEngine> OpenAsync(DataFolder folder, string subscription, Func<ISubscriptionStore, ISubscriptionStore>? around = null)
    {
        var time = TimeProvider.System;
        ISubscriptionStore subscriptions = SqliteSubscriptionStore.Open(folder, time);
        if (around is not null) subscriptions = around(subscriptions);
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
            Name = subscription,
            Query = "from Orders where Keep = true",
            RetryPolicy = new RetryPolicy { MaxAttempts = 2, InitialBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(5) },
        };
        await engine.Shop.Subscriptions.CreateAsync(definition, new StartPoint.Beginning(), CancellationToken.None);
        return engine;
    }

    /// <summary>Holds one worker's conversation.</summary>
    public Task WorkAsync(string subscription, OpeningStrategy strategy, IWorkerConnection connection, SessionOptions options)
    {
        var worker = new WorkerInfo("worker", "here", strategy, TimeProvider.System.GetUtcNow());
        return new WorkerSessionRunner(Shop.Subscriptions.Open(subscription), _services, connection, worker, options).RunAsync(default);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        await _ticker.DisposeAsync();
        await _subscriptions.DisposeAsync();
    }
}
