using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Tests.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Leases;

/// <summary>The order of what leases write, and the end of all of them.</summary>
public sealed class SubscriptionLeaseManagerTests : IAsyncLifetime
{
    private readonly FakeSubscriptionStore _store = new();
    private readonly SubscriptionLeaseManager _leases;
    private readonly StoredSubscription _subscription = SubscriptionSamples.Subscription("orders");

    public SubscriptionLeaseManagerTests() => _leases = new SubscriptionLeaseManager(_store);

    public async ValueTask InitializeAsync() => await _store.CreateAsync(_subscription, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Request_WhileTheTokenOfOneWhoLeftIsWritten_IsWrittenAfterIt()
    {
        var hold = _store.HoldNext(SubscriptionStoreCall.Grant);
        var steps = new SteppedContext();
        Task leaving = null!;
        FakeWorker second = null!;
        steps.Run(() =>
        {
            var first = Request();
            steps.RunUntilIdle();
            leaving = first.Ticket.DisposeAsync().AsTask();
            second = Request();
        });

        Assert.Equal(1, _store.CountOf(SubscriptionStoreCall.Grant));
        hold.Release();
        await leaving.Within();

        // Nobody's token stands behind it in the store.
        Assert.Equal(new FencingToken(2), (await second.Granted).Token);
    }

    [Fact]
    public async Task Release_WhileItsTokenIsWritten_ReturnsWhenItIs()
    {
        var hold = _store.HoldNext(SubscriptionStoreCall.Grant, HoldPoint.BeforeAnswering);
        var worker = Request();
        await hold.Reached.Within();

        var leaving = worker.Ticket.DisposeAsync().AsTask();
        Assert.False(leaving.IsCompleted);
        hold.Release();
        await leaving.Within();

        Assert.Empty(_leases.GetSnapshot(_subscription.Id).Holders);
    }

    [Fact]
    public async Task Close_ThenAnotherAsks_ItIsEndedToo()
    {
        var holder = Request();
        await holder.Granted;
        _leases.Close(ErrorCode.ShuttingDown);
        var late = Request();

        Assert.Equal(ErrorCode.ShuttingDown, (await holder.Ended).Code);
        Assert.Equal(ErrorCode.ShuttingDown, (await late.Ended).Code);
        Assert.Empty(_leases.GetSnapshot(_subscription.Id).Holders);
    }

    private FakeWorker Request(OpeningStrategy strategy = OpeningStrategy.Fail)
    {
        var worker = new FakeWorker();
        worker.Ticket = _leases.Request(_subscription.Id, new WorkerInfo("w", "127.0.0.1", strategy, SubscriptionSamples.Instant), worker);
        return worker;
    }
}
