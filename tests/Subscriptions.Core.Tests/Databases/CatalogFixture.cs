using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;

namespace Subscriptions.Core.Tests.Databases;

/// <summary>A catalog over stores in memory, on a clock that stands still, with room for few databases and subscriptions.</summary>
internal sealed class CatalogFixture : IAsyncDisposable
{
    public const int MaxDatabases = 2;
    public const int MaxSubscriptions = 2;

    public static readonly DatabaseName Shop = DatabaseName.Parse("shop");

    public CatalogFixture()
    {
        var registry = new RegistryServices(Store, new SubscriptionLeaseManager(Store), MaxSubscriptions, Time);
        Catalog = new DatabaseCatalog(
            new FakeDocumentStoreProvider(Disk, Time), registry, new DatabaseCatalogOptions { MaxDatabases = MaxDatabases, TailBytes = 1_000_000 });
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeSubscriptionStore Store { get; } = new();

    public FakeDisk Disk { get; } = new();

    public DatabaseCatalog Catalog { get; }

    public static DocumentWrite Put(string id, string json, string collection = "Orders") =>
        new() { Kind = WriteKind.Put, Id = id, Collection = collection, Content = Encoding.UTF8.GetBytes(json) };

    /// <summary>Creates the database <c>shop</c> with one partition.</summary>
    public async Task<Database> CreateShopAsync(DatabaseSettings? settings = null) =>
        (await Catalog.CreateAsync(Shop, 1, settings ?? new DatabaseSettings(), CancellationToken.None)).Database;

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        await Store.DisposeAsync();
    }
}
