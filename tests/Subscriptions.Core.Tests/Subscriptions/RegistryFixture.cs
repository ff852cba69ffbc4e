using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>The registry of one database over a store in memory, and workers that hold leases without a conversation.</summary>
internal sealed class RegistryFixture : IAsyncDisposable
{
    public const int MaxSubscriptions = 10;

    private readonly SubscriptionLeaseManager _leases;

    private RegistryFixture()
    {
        _leases = new SubscriptionLeaseManager(Store);
        var services = new RegistryServices(Store, _leases, MaxSubscriptions, Time);
        Catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(), services, new DatabaseCatalogOptions());
    }

    public FakeSubscriptionStore Store { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, 7, TimeSpan.Zero));

    public DatabaseCatalog Catalog { get; }

    public SubscriptionRegistry Registry { get; private set; } = null!;

    public static async Task<RegistryFixture> StartAsync()
    {
        var fixture = new RegistryFixture();
        var (database, _) = await fixture.Catalog.CreateAsync(SubscriptionSamples.Database, 1, new DatabaseSettings(), CancellationToken.None);
        fixture.Registry = database.Subscriptions;
        return fixture;
    }

    public async Task<SubscriptionEntry> CreateAsync(string name = "orders") =>
        (await Registry.CreateAsync(SubscriptionSamples.Definition(name), new StartPoint.Beginning(), CancellationToken.None)).Entry;

    /// <summary>Updates the subscription <c>orders</c>.</summary>
    public Task<(SubscriptionEntry Entry, bool IsChanged, bool IsCreated)> UpdateAsync(SubscriptionChanges changes) =>
        Registry.UpdateAsync("orders", changes, CancellationToken.None);

    /// <summary>A worker that has the subscription, or that shares or waits for it.</summary>
    public FakeWorker Connect(SubscriptionEntry entry, string name = "w", OpeningStrategy strategy = OpeningStrategy.Fail)
    {
        var worker = new FakeWorker();
        worker.Ticket = _leases.Request(entry.Id, new WorkerInfo(name, "127.0.0.1", strategy, Time.GetUtcNow()), worker);
        return worker;
    }

    /// <summary>A worker that has the subscription and whose session has begun.</summary>
    public async Task<(FakeWorker Worker, SubscriptionProgress Granted)> BeginAsync(SubscriptionEntry entry)
    {
        var worker = Connect(entry);
        var granted = await worker.Granted;
        Registry.Begin(entry, granted);
        return (worker, granted);
    }

    /// <summary>What the store holds of the database, which memory must show in the same way.</summary>
    public async Task<IReadOnlyList<StoredSubscription>> ReadStoreAsync() =>
        [.. (await Store.ListAsync(SubscriptionSamples.Database, CancellationToken.None)).OrderBy(s => s.Definition.Name, StringComparer.OrdinalIgnoreCase)];

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        await Store.DisposeAsync();
    }
}
