using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class SubscriptionStopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_WhileWorkersAreConnected_IsDurableAndEndsThemAll()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (holder, _) = await fixture.BeginAsync(entry);
        var waiting = fixture.Connect(entry, "w2", OpeningStrategy.Wait);

        await fixture.Registry.StopAsync(entry, "'o1' failed 5 times", Cancellation);

        foreach (var worker in (FakeWorker[])[holder, waiting])
        {
            var ending = await worker.Ended;
            Assert.Equal(ErrorCode.SubscriptionDisabled, ending.Code);
            Assert.EndsWith("stopped: 'o1' failed 5 times", ending.Message, StringComparison.Ordinal);
        }

        Assert.Equal((true, "'o1' failed 5 times"), (entry.Definition.Disabled, entry.Definition.StoppedReason));
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
        var refusal = Assert.Throws<EngineException>(() => fixture.Registry.Open("orders"));
        Assert.Equal(ErrorCode.SubscriptionDisabled, refusal.Code);
        Assert.EndsWith("stopped: 'o1' failed 5 times", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_DisabledAlready_KeepsTheFirstReason()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.Registry.StopAsync(entry, "first", Cancellation);

        await fixture.Registry.StopAsync(entry, "second", Cancellation);

        Assert.Equal("first", entry.Definition.StoppedReason);
    }

    [Fact]
    public async Task StopAsync_AdministratorHadDisabledIt_NamesNoReason()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.Registry.SetDisabledAsync("orders", true, Cancellation);

        await fixture.Registry.StopAsync(entry, "too late", Cancellation);

        Assert.Equal("", entry.Definition.StoppedReason);
    }

    [Fact]
    public async Task StopAsync_DeletedAndCreatedAgain_LeavesTheNewOneAlone()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var old = await fixture.CreateAsync();
        await fixture.Registry.DeleteAsync("orders", Cancellation);
        var next = await fixture.CreateAsync();

        await fixture.Registry.StopAsync(old, "'o1' failed 5 times", Cancellation);

        Assert.False(next.Definition.Disabled);
        Assert.Equal(await fixture.ReadStoreAsync(), [next.Stored]);
    }

    [Fact]
    public async Task StopAsync_DatabaseDropped_DoesNothing()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var registry = fixture.Registry;
        var hold = fixture.Store.HoldNext(SubscriptionStoreCall.DeleteAll);
        var dropping = fixture.Catalog.DropAsync(SubscriptionSamples.Database.Value, Cancellation);
        await hold.Reached.Within();

        var stopping = registry.StopAsync(entry, "'o1' failed 5 times", Cancellation);
        hold.Release();
        await dropping.Within();
        await stopping.Within();

        Assert.Empty(await fixture.ReadStoreAsync());
    }

    // A worker stops its subscription while an administrator's change of it is under way, and is ended by that change.
    [Fact]
    public async Task StopAsync_DuringAnUpdate_WaitsForItAndStopsWhatItBecame()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var hold = fixture.Store.HoldNext(SubscriptionStoreCall.Update);
        var updating = fixture.Registry.UpdateAsync("orders", new SubscriptionChanges { NewName = "invoices", Query = "from Invoices" }, Cancellation);
        await hold.Reached.Within();

        var stopping = fixture.Registry.StopAsync(entry, "stuck", Cancellation);
        Assert.False(stopping.IsCompleted);
        hold.Release();
        await updating.Within();
        await stopping.Within();

        Assert.Equal(("invoices", "from Invoices", "stuck"), (entry.Definition.Name, entry.Definition.Query, entry.Definition.StoppedReason));
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task StopAsync_LongReason_IsCut()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();

        await fixture.Registry.StopAsync(entry, new string('x', 5000), Cancellation);

        Assert.Equal(FailedItem.MaxReasonLength, entry.Definition.StoppedReason.Length);
    }

    [Fact]
    public async Task CreateAsync_OfOneThatStopped_IsTheSameOnlyIfItIsToBeDisabled()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.Registry.StopAsync(entry, "stuck", Cancellation);
        var definition = SubscriptionSamples.Definition("orders");

        var (same, isCreated) = await fixture.Registry.CreateAsync(definition with { Disabled = true }, new StartPoint.Beginning(), Cancellation);

        Assert.Equal((entry, false), (same, isCreated));
        await Assert.ThrowsAsync<EngineException>(() => fixture.Registry.CreateAsync(definition, new StartPoint.Beginning(), Cancellation));
    }
}
