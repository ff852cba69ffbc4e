using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Telemetry.Instruments;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Server.Tests.Telemetry;

public sealed class SubscriptionSeriesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sort_SubscriptionWasRenamed_IsCalledByItsNewName()
    {
        await using var store = new FakeSubscriptionStore();
        var services = new RegistryServices(store, new SubscriptionLeaseManager(store), 10, TimeProvider.System);
        await using var catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(), services, new DatabaseCatalogOptions());
        var (database, _) = await catalog.CreateAsync(SubscriptionSamples.Database, 1, new DatabaseSettings(), Cancellation);
        var (entry, _) = await database.Subscriptions.CreateAsync(SubscriptionSamples.Definition("orders"), new StartPoint.Beginning(), Cancellation);
        var series = new SubscriptionSeries(max: 1);
        var before = Assert.Single(series.Sort([database]).Own);
        Assert.Same(before, Assert.Single(series.Sort([database]).Own));

        await database.Subscriptions.UpdateAsync("orders", new SubscriptionChanges { NewName = "invoices" }, Cancellation);
        var after = Assert.Single(series.Sort([database]).Own);

        Assert.Contains("orders", before.Tags.Select(tag => tag.Value));
        Assert.Contains("invoices", after.Tags.Select(tag => tag.Value));
        Assert.DoesNotContain("orders", after.Tags.Select(tag => tag.Value));
        Assert.Same(entry, after.Entry);
    }
}
