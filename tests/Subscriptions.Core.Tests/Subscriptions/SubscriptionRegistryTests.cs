using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>What administrators do must leave memory and store in step, also when the caller goes away or the store fails in the middle.</summary>
public sealed class SubscriptionRegistryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, 7, TimeSpan.Zero);

    private readonly FakeSubscriptionStore _store = new();
    private readonly DatabaseCatalog _catalog;
    private SubscriptionRegistry _registry = null!;

    public SubscriptionRegistryTests()
    {
        var services = new RegistryServices(_store, new SubscriptionLeaseManager(_store), MaxSubscriptions: 10, new FakeTimeProvider(Start.AddTicks(1234)));
        _catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(), services, new DatabaseCatalogOptions());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (database, _) = await _catalog.CreateAsync(SubscriptionSamples.Database, 1, new DatabaseSettings(), Cancellation);
        _registry = database.Subscriptions;
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Theory]
    [InlineData(SubscriptionStoreCall.Create)]
    [InlineData(SubscriptionStoreCall.Update)]
    [InlineData(SubscriptionStoreCall.SetCursor)]
    [InlineData(SubscriptionStoreCall.Delete)]
    public async Task AnyChange_CallerGoesAwayWhileItIsStored_MemoryFollowsTheStore(SubscriptionStoreCall call)
    {
        if (call != SubscriptionStoreCall.Create) await CreateAsync("orders", Cancellation);
        using var caller = new CancellationTokenSource();
        var hold = _store.HoldNext(call, HoldPoint.BeforeAnswering);

        var changing = ChangeAsync(call, caller.Token);
        await hold.Reached.Within();
        await caller.CancelAsync();
        hold.Release();
        await Record.ExceptionAsync(() => changing.Within());

        var stored = await _store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Equal(stored, _registry.List().Select(entry => entry.Stored));
    }

    [Fact]
    public async Task CreateAsync_AfterAFailureThatHadStoredIt_FindsIt()
    {
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        _store.FailNext(SubscriptionStoreCall.Create, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(() => CreateAsync("orders", Cancellation));

        await CreateAsync("orders", Cancellation);

        var stored = Assert.Single(await _store.ListAsync(SubscriptionSamples.Database, Cancellation));
        Assert.Equal(stored, _registry.Get("orders").Stored);
    }

    [Fact]
    public async Task CreateAsync_AfterAFailureThatHadStoredAnotherDefinition_IsRefused()
    {
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        _store.FailNext(SubscriptionStoreCall.Create, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(() => CreateAsync("orders", Cancellation));
        var other = SubscriptionSamples.Definition("ORDERS") with { Query = "from Invoices" };

        var refusal = await Assert.ThrowsAsync<EngineException>(
            () => _registry.CreateAsync(other, new StartPoint.Beginning(), Cancellation));

        Assert.Equal(ErrorCode.SubscriptionExists, refusal.Code);
        Assert.Contains(SubscriptionSamples.Definition("orders").Query, refusal.Message, StringComparison.Ordinal);
    }

    // Stores keep milliseconds: finer instants in memory would change with a restart.
    [Fact]
    public async Task CreateAsync_ClockIsFinerThanStores_KeepsMilliseconds()
    {
        var (entry, _) = await CreateAsync("orders", Cancellation);

        Assert.Equal(Start, entry.Stored.CreatedAt);
    }

    [Fact]
    public async Task Drop_CallerGoesAwayWhileItIsStored_IsCompleted()
    {
        await CreateAsync("orders", Cancellation);
        using var caller = new CancellationTokenSource();
        var hold = _store.HoldNext(SubscriptionStoreCall.DeleteAll, HoldPoint.BeforeAnswering);

        var dropping = _catalog.DropAsync(SubscriptionSamples.Database.Value, caller.Token);
        await hold.Reached.Within();
        await caller.CancelAsync();
        hold.Release();
        await dropping.Within();

        Assert.Empty(_catalog.List());
        var (again, _) = await _catalog.CreateAsync(SubscriptionSamples.Database, 1, new DatabaseSettings(), Cancellation);
        Assert.Empty(again.Subscriptions.List());
    }

    [Fact]
    public async Task Drop_TheStoreFails_LeavesTheDatabaseToBeDroppedAgain()
    {
        await CreateAsync("orders", Cancellation);
        _store.FailNext(SubscriptionStoreCall.DeleteAll, new StoreException(StoreFault.DiskFull, "full"));

        await Assert.ThrowsAsync<StoreException>(() => _catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation));

        Assert.Equal("orders", _catalog.Get(SubscriptionSamples.Database.Value).Subscriptions.Get("orders").Definition.Name);
        await _catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation);
        Assert.Empty(_catalog.List());
    }

    [Fact]
    public async Task CreateAsync_AfterTheDatabaseWasDropped_LeavesNothingToTheNextOfTheName()
    {
        await _catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => CreateAsync("orders", Cancellation));

        Assert.Equal(ErrorCode.DatabaseNotFound, refusal.Code);
        Assert.Empty(await _store.ListAsync(SubscriptionSamples.Database, Cancellation));
    }

    private Task<(SubscriptionEntry Entry, bool IsCreated)> CreateAsync(string name, CancellationToken cancellationToken) =>
        _registry.CreateAsync(SubscriptionSamples.Definition(name), new StartPoint.Beginning(), cancellationToken);

    private Task ChangeAsync(SubscriptionStoreCall call, CancellationToken cancellationToken) => call switch
    {
        SubscriptionStoreCall.Create => CreateAsync("orders", cancellationToken),
        SubscriptionStoreCall.Update => _registry.SetDisabledAsync("orders", true, cancellationToken),
        SubscriptionStoreCall.SetCursor => _registry.SetCursorAsync("orders", new StartPoint.Beginning(), cancellationToken),
        _ => _registry.DeleteAsync("orders", cancellationToken),
    };
}
