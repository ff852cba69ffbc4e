using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Storage.Tests.Subscriptions;

public sealed class FakeSubscriptionStoreTests : SubscriptionStoreContract
{
    private FakeSubscriptionStore? _fake;

    protected override ValueTask<ISubscriptionStore> OpenAsync()
    {
        _fake = _fake?.Reopen() ?? new FakeSubscriptionStore();
        return ValueTask.FromResult<ISubscriptionStore>(_fake);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task FailNext_BeforeApplying_ChangesNothingAndFailsOnce()
    {
        var subscription = SubscriptionSamples.Subscription("orders");
        var fault = new StoreException(StoreFault.DiskFull, "full");
        _fake!.FailNext(SubscriptionStoreCall.Create, fault);

        Assert.Same(fault, await Assert.ThrowsAsync<StoreException>(async () => await Store.CreateAsync(subscription, Cancellation)));

        Assert.Empty(await Store.ListAsync(SubscriptionSamples.Database, Cancellation));
        Assert.True(await Store.CreateAsync(subscription, Cancellation));
        Assert.Equal(2, _fake.CountOf(SubscriptionStoreCall.Create));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task FailNext_BeforeAnswering_HasChangedAllTheSame()
    {
        var subscription = SubscriptionSamples.Subscription("orders");
        _fake!.FailNext(SubscriptionStoreCall.Create, new StoreException(StoreFault.Io, "lost"), HoldPoint.BeforeAnswering);

        await Assert.ThrowsAsync<StoreException>(async () => await Store.CreateAsync(subscription, Cancellation));

        Assert.Equal([subscription], await Store.ListAsync(SubscriptionSamples.Database, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task HoldNext_OfTwoCalls_LetsTheSecondOvertake()
    {
        var subscription = SubscriptionSamples.Subscription("orders");
        await Store.CreateAsync(subscription, Cancellation);
        var hold = _fake!.HoldNext(SubscriptionStoreCall.Grant);

        var held = Store.GrantAsync(subscription.Id, isShared: false, Cancellation).AsTask();
        await hold.Reached.WaitAsync(Cancellation);
        var second = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);
        hold.Release();

        Assert.Equal(1, second!.Token.Value);
        Assert.Equal(2, (await held)!.Token.Value);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task HoldNext_CancelledCall_GivesUpWaiting()
    {
        var hold = _fake!.HoldNext(SubscriptionStoreCall.List);
        using var cancellation = new CancellationTokenSource();

        var held = Store.ListAsync(SubscriptionSamples.Database, cancellation.Token).AsTask();
        await hold.Reached.WaitAsync(Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }
}
