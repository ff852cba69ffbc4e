using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>What administrators do must leave memory and store in step, also when the caller goes away or the store fails in the middle.</summary>
public sealed class SubscriptionRegistryTests : IAsyncLifetime
{
    private RegistryFixture _fixture = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fixture = await RegistryFixture.StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(SubscriptionStoreCall.Create)]
    [InlineData(SubscriptionStoreCall.Update)]
    [InlineData(SubscriptionStoreCall.SetCursor)]
    [InlineData(SubscriptionStoreCall.Delete)]
    public async Task AnyChange_CallerGoesAwayWhileItIsStored_MemoryFollowsTheStore(SubscriptionStoreCall call)
    {
        if (call != SubscriptionStoreCall.Create) await _fixture.CreateAsync();
        using var caller = new CancellationTokenSource();
        var hold = _fixture.Store.HoldNext(call, HoldPoint.BeforeAnswering);

        var changing = ChangeAsync(call, caller.Token);
        await hold.Reached.Within();
        await caller.CancelAsync();
        hold.Release();
        await Record.ExceptionAsync(() => changing.Within());

        Assert.Equal(await _fixture.ReadStoreAsync(), _fixture.Registry.List().Select(entry => entry.Stored));
    }

    // Stores keep milliseconds: finer instants in memory would change with a restart.
    [Fact]
    public async Task CreateAsync_ClockIsFinerThanStores_KeepsMilliseconds()
    {
        var now = _fixture.Time.GetUtcNow();
        _fixture.Time.Advance(TimeSpan.FromTicks(1234));

        Assert.Equal(now, (await _fixture.CreateAsync()).Stored.CreatedAt);
    }

    [Fact]
    public async Task SaveAsync_AckedBetweenTwoMilliseconds_KeepsMilliseconds()
    {
        var entry = await _fixture.CreateAsync();
        var (_, granted) = await _fixture.BeginAsync(entry);
        var save = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(7), SubscriptionSamples.Instant.AddTicks(1234));

        await _fixture.Registry.SaveAsync(entry, save, Cancellation);

        Assert.Equal(SubscriptionSamples.Instant, entry.Stored.Progress.LastAckAt);
    }

    [Fact]
    public async Task Drop_CallerGoesAwayWhileItIsStored_IsCompleted()
    {
        await _fixture.CreateAsync();
        using var caller = new CancellationTokenSource();
        var hold = _fixture.Store.HoldNext(SubscriptionStoreCall.DeleteAll, HoldPoint.BeforeAnswering);

        var dropping = _fixture.Catalog.DropAsync(SubscriptionSamples.Database.Value, caller.Token);
        await hold.Reached.Within();
        await caller.CancelAsync();
        hold.Release();
        await dropping.Within();

        Assert.Empty(_fixture.Catalog.List());
        var (again, _) = await _fixture.Catalog.CreateAsync(SubscriptionSamples.Database, 1, new DatabaseSettings(), Cancellation);
        Assert.Empty(again.Subscriptions.List());
    }

    [Fact]
    public async Task Drop_TheStoreFails_LeavesTheDatabaseToBeDroppedAgain()
    {
        await _fixture.CreateAsync();
        _fixture.Store.FailNext(SubscriptionStoreCall.DeleteAll, new StoreException(StoreFault.DiskFull, "full"));

        await Assert.ThrowsAsync<StoreException>(() => _fixture.Catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation));

        Assert.Equal("orders", _fixture.Catalog.Get(SubscriptionSamples.Database.Value).Subscriptions.Get("orders").Definition.Name);
        await _fixture.Catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation);
        Assert.Empty(_fixture.Catalog.List());
    }

    [Fact]
    public async Task CreateAsync_AfterTheDatabaseWasDropped_LeavesNothingToTheNextOfTheName()
    {
        await _fixture.Catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => _fixture.CreateAsync());

        Assert.Equal(ErrorCode.DatabaseNotFound, refusal.Code);
        Assert.Empty(await _fixture.ReadStoreAsync());
    }

    [Fact]
    public async Task CreateAsync_SettingsOutsideTheirRange_AreRefused()
    {
        var definition = SubscriptionSamples.Definition("orders");

        async Task<string> FieldOfAsync(SubscriptionDefinition wrong) => (await Assert.ThrowsAsync<InvalidInputException>(
            () => _fixture.Registry.CreateAsync(wrong, new StartPoint.Beginning(), Cancellation))).Field;

        Assert.Equal("definition.ack_timeout", await FieldOfAsync(definition with { AckTimeout = TimeSpan.Zero }));
        Assert.Equal("definition.retry_policy.max_attempts", await FieldOfAsync(definition with { RetryPolicy = new RetryPolicy { MaxAttempts = 0 } }));
        Assert.Equal("definition.parameters", await FieldOfAsync(definition with { Parameters = "no object" }));
        Assert.Empty(await _fixture.ReadStoreAsync());
    }

    [Theory]
    [InlineData(OpeningStrategy.Fail)]
    [InlineData(OpeningStrategy.Concurrent)]
    public async Task DeleteAsync_ThenCreatedAgain_TheOldWorkerIsEndedAndCannotSave(OpeningStrategy strategy)
    {
        var old = await _fixture.CreateAsync();
        var worker = _fixture.Connect(old, strategy: strategy);
        var granted = await worker.Granted;

        await _fixture.Registry.DeleteAsync("orders", Cancellation);
        var next = await _fixture.CreateAsync();

        Assert.Equal(ErrorCode.SubscriptionNotFound, (await worker.Ended).Code);
        var save = new ProgressUpdate(old.Id, granted.Token, SubscriptionSamples.CursorAt(900), null);
        Assert.Equal(ProgressOutcome.NotFound, await _fixture.Registry.SaveAsync(old, save, Cancellation));
        Assert.Equal(ErrorCode.SubscriptionNotFound, Assert.Throws<EngineException>(() => _fixture.Registry.Begin(old, granted)).Code);
        Assert.Equal(ResumeToken.Beginning, next.Stored.Progress.Cursor);
        Assert.Equal(await _fixture.ReadStoreAsync(), [next.Stored]);
    }

    private Task ChangeAsync(SubscriptionStoreCall call, CancellationToken cancellationToken) => call switch
    {
        SubscriptionStoreCall.Create =>
            _fixture.Registry.CreateAsync(SubscriptionSamples.Definition("orders"), new StartPoint.Beginning(), cancellationToken),
        SubscriptionStoreCall.Update => _fixture.Registry.SetDisabledAsync("orders", true, cancellationToken),
        SubscriptionStoreCall.SetCursor => _fixture.Registry.SetCursorAsync("orders", new StartPoint.Beginning(), cancellationToken),
        _ => _fixture.Registry.DeleteAsync("orders", cancellationToken),
    };
}
