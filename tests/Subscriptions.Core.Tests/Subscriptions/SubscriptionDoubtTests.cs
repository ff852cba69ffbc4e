using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>Changes that failed and may be in the store all the same: the next change finds out.</summary>
public sealed class SubscriptionDoubtTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UpdateAsync_AfterAFailureThatHadStoredIt_DoesNotTakeMemorysWord()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await FailAsync(fixture, SubscriptionStoreCall.Update, () => fixture.Registry.SetDisabledAsync("orders", true, Cancellation));
        Assert.True(Assert.Single(await fixture.ReadStoreAsync()).Definition.Disabled);

        await fixture.Registry.SetDisabledAsync("orders", false, Cancellation);

        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
        Assert.False(entry.Definition.Disabled);
    }

    [Fact]
    public async Task CreateAsync_AfterADeletionThatFailedAndWasStored_IsDurable()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var old = await fixture.CreateAsync();
        var (worker, _) = await fixture.BeginAsync(old);
        await FailAsync(fixture, SubscriptionStoreCall.Delete, () => fixture.Registry.DeleteAsync("orders", Cancellation));

        var next = await fixture.CreateAsync();

        Assert.NotEqual(old.Id, next.Id);
        Assert.Equal(ErrorCode.SubscriptionNotFound, (await worker.Ended).Code);
        Assert.Equal(await fixture.ReadStoreAsync(), [next.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_AfterAMoveThatFailedAndWasStored_EndsTheFencedWorker()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);
        await fixture.Registry.SaveAsync(entry, new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(9), null), Cancellation);
        await FailAsync(fixture, SubscriptionStoreCall.SetCursor, () => fixture.Registry.SetCursorAsync("orders", new StartPoint.Beginning(), Cancellation));

        await fixture.UpdateAsync(new SubscriptionChanges { NewName = "invoices" });

        Assert.Equal(ErrorCode.SubscriptionChanged, (await worker.Ended).Code);
        Assert.Equal(ResumeToken.Beginning, entry.Stored.Progress.Cursor);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task CreateAsync_AfterAFailureThatHadStoredIt_FindsIt()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await FailAsync(fixture, SubscriptionStoreCall.Create, () => fixture.CreateAsync());

        var entry = await fixture.CreateAsync();

        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
        Assert.Same(entry, fixture.Registry.Get("orders"));
    }

    [Fact]
    public async Task CreateAsync_AfterAFailureThatHadStoredAnotherDefinition_IsRefused()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await FailAsync(fixture, SubscriptionStoreCall.Create, () => fixture.CreateAsync());
        var other = SubscriptionSamples.Definition("ORDERS") with { Query = "from Invoices" };

        var refusal = await Assert.ThrowsAsync<EngineException>(
            () => fixture.Registry.CreateAsync(other, new StartPoint.Beginning(), Cancellation));

        Assert.Equal(ErrorCode.SubscriptionExists, refusal.Code);
        Assert.Contains(SubscriptionSamples.Definition("orders").Query, refusal.Message, StringComparison.Ordinal);
    }

    // The change is stored, and whoever asked for it is told that it failed.
    private static async Task FailAsync(RegistryFixture fixture, SubscriptionStoreCall call, Func<Task> change)
    {
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        fixture.Store.FailNext(call, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(change);
    }
}
