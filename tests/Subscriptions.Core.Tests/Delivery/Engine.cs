using System.Text;
using Subscriptions.Core.Concurrency;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>The real engine over stores in memory, with one database "shop", on a clock that stands still.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly SessionServices _services;
    private readonly SharedTicker _ticker;

    private Engine(DatabaseCatalog catalog, FakeSubscriptionStore store, SubscriptionLeaseManager leases, FakeTimeProvider time, DeliveryOptions delivery)
    {
        Catalog = catalog;
        Store = store;
        Leases = leases;
        Time = time;
        _ticker = new SharedTicker(time);
        _services = new SessionServices(leases, _ticker, delivery, time);
    }

    public DatabaseCatalog Catalog { get; }

    public FakeSubscriptionStore Store { get; }

    public SubscriptionLeaseManager Leases { get; }

    public FakeTimeProvider Time { get; }

    public Database Shop => Catalog.Get("shop");

    public static async Task<Engine> StartAsync(FakeSubscriptionStore? store = null, DeliveryOptions? delivery = null)
    {
        store ??= new FakeSubscriptionStore();
        var time = new FakeTimeProvider();
        var leases = new SubscriptionLeaseManager(store);
        var catalog = new DatabaseCatalog(
            new FakeDocumentStoreProvider(timeProvider: time), new RegistryServices(store, leases, 100, time), new DatabaseCatalogOptions { TailBytes = 5_000 });
        await catalog.CreateAsync(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), CancellationToken.None);
        return new Engine(catalog, store, leases, time, delivery ?? new DeliveryOptions());
    }

    public async Task<SubscriptionEntry> SubscribeAsync(string name = "ship", string query = "from Orders", bool includeDeletes = false, RetryPolicy? policy = null)
    {
        var definition = new SubscriptionDefinition
        {
            Database = Shop.Info.Name,
            Name = name,
            Query = query,
            IncludeDeletes = includeDeletes,
            RetryPolicy = policy ?? RetryPolicy.Default,
        };
        return (await Shop.Subscriptions.CreateAsync(definition, new StartPoint.Beginning(), CancellationToken.None)).Entry;
    }

    public async Task PutAsync(string id, string collection = "Orders") => await Shop.WriteAsync(
        [new DocumentWrite { Kind = WriteKind.Put, Id = id, Collection = collection, Content = Encoding.UTF8.GetBytes("{}") }],
        CancellationToken.None);

    /// <summary>Connects a worker; the task is its whole conversation.</summary>
    public (FakeConnection Worker, Task Conversation) Connect(
        OpeningStrategy strategy = OpeningStrategy.Fail, string name = "w", int maxDocs = 10, bool closeWhenDrained = false, int window = 0)
    {
        var connection = new FakeConnection();
        var runner = new WorkerSessionRunner(
            Shop.Subscriptions.Open("ship"),
            _services,
            connection,
            new WorkerInfo(name, "127.0.0.1", strategy, Time.GetUtcNow()),
            SessionOptions.Create(maxDocs, 0, window, closeWhenDrained));
        return (connection, Task.Run(() => runner.RunAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Connects a worker, and goes on when it has the subscription.</summary>
    public async Task<(FakeConnection Worker, Task Conversation)> OpenAsync(
        OpeningStrategy strategy = OpeningStrategy.Fail, string name = "w", int maxDocs = 10)
    {
        var (worker, conversation) = Connect(strategy, name, maxDocs);
        await worker.HearAsync<ServerMessage.Opened>();
        return (worker, conversation);
    }

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        await _ticker.DisposeAsync();
        await Store.DisposeAsync();
    }
}
