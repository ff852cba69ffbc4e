using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What holds when saves, replays and workers' comings and goings meet in a flow.</summary>
public sealed class SubscriptionFlowTests : IAsyncLifetime
{
    private static readonly RetryPolicy OneAttempt = new() { MaxAttempts = 1 };

    private FlowHarness _harness = null!;

    public async ValueTask InitializeAsync() => _harness = await FlowHarness.StartAsync(OneAttempt);

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Ack_DuringASave_IsConfirmedByTheNextSaveOnly()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(maxDocs: 1);
        var (first, second) = (await worker.TakeAsync(), await worker.TakeAsync());
        var (save1, save2) = (_harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress), _harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress));
        worker.Ack(first);
        await save1.Reached.Within();
        worker.Ack(second);

        save1.Release();
        await save2.Reached.Within();

        Assert.Equal(1, await worker.Observer.NextSavedAsync());
        save2.Release();
        Assert.Equal(2, await worker.Observer.NextSavedAsync());
    }

    [Fact]
    public async Task Replay_DuringASave_HappensBetweenThatSaveAndTheNext()
    {
        await _harness.PutAsync("o1", "o2", "o3");
        var worker = await _harness.JoinAsync(maxDocs: 1);
        var (first, second, third) = (await worker.TakeAsync(), await worker.TakeAsync(), await worker.TakeAsync());
        worker.Fail(first, "o1");
        worker.Ack(first);
        Assert.Equal("o1", Assert.Single(await _harness.ListAsync(FailedItemKind.DeadLetter)).Id);
        var save = _harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress);
        worker.Ack(second);
        await save.Reached.Within();
        var saves = _harness.Store.CountOf(SubscriptionStoreCall.SaveProgress);

        var replay = _harness.Store.HoldNext(SubscriptionStoreCall.ReplayDeadLetters);
        var replaying = _harness.ReplayAsync();
        worker.Ack(third);
        Assert.Equal(0, _harness.Store.CountOf(SubscriptionStoreCall.ReplayDeadLetters));
        save.Release();
        await replay.Reached.Within();
        Assert.Equal(saves, _harness.Store.CountOf(SubscriptionStoreCall.SaveProgress));
        replay.Release();
        await replaying.Within();

        Assert.Equal("o1", (await worker.TakeAsync()).Built.Items.Single().Id);
        Assert.Equal("o1", Assert.Single(await _harness.ListAsync(FailedItemKind.Retry)).Id);
        while (await worker.Observer.NextSavedAsync() != 3) continue;
    }

    [Fact]
    public async Task Replay_WhileTheLastWorkerLeaves_WaitsForTheLastSave()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(maxDocs: 1);
        var (first, second) = (await worker.TakeAsync(), await worker.TakeAsync());
        worker.Fail(first, "o1");
        worker.Ack(first);
        var save = _harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress);
        worker.Ack(second);
        await save.Reached.Within();

        var leaving = worker.LeaveAsync();
        var replaying = _harness.ReplayAsync();
        Assert.Equal(0, _harness.Store.CountOf(SubscriptionStoreCall.ReplayDeadLetters));
        save.Release();

        await leaving;
        Assert.Equal("o1", Assert.Single(await replaying.Within()).Id);
    }

    [Fact]
    public async Task Leave_WhileDeadLettersAreReplayed_IsOverOnlyAfterTheSaveThatWasPutOff()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(maxDocs: 1);
        var (first, second) = (await worker.TakeAsync(), await worker.TakeAsync());
        worker.Fail(first, "o1");
        worker.Ack(first);
        while (await worker.Observer.NextSavedAsync() != 1) continue;
        var replay = _harness.Store.HoldNext(SubscriptionStoreCall.ReplayDeadLetters);
        var replaying = _harness.ReplayAsync();
        await replay.Reached.Within();
        var save = _harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress);
        worker.Ack(second);

        var leaving = worker.LeaveAsync();
        replay.Release();
        await save.Reached.Within();

        Assert.False(leaving.IsCompleted);
        save.Release();
        await leaving;
        await replaying.Within();
        Assert.Equal(2, (await _harness.ReadProgressAsync()).Cursor[0].Seqno);
    }

    [Fact]
    public async Task Join_WhileTheLastWorkerLeaves_BeginsBehindTheLastSave()
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(isShared: true, maxDocs: 1);
        var read = _harness.Source();
        var save = _harness.Store.HoldNext(SubscriptionStoreCall.SaveProgress);
        worker.Ack(await worker.TakeAsync());
        await save.Reached.Within();

        var leaving = worker.LeaveAsync();
        var joining = _harness.JoinAsync(isShared: true, source: read);
        Assert.False(joining.IsCompleted);
        save.Release();
        await leaving;
        var next = await joining.Within();

        Assert.NotSame(worker.Flow, next.Flow);
        Assert.Equal("o2", (await next.TakeAsync()).Built.Items.Single().Id);
    }

    [Fact]
    public async Task Join_AfterAMoveOfTheCursor_ByALeaseFromBefore_LeavesTheOthersTogether()
    {
        await _harness.PutAsync("o1", "o2");
        var read = _harness.Source();
        await _harness.MoveAsync();
        var first = await _harness.JoinAsync(isShared: true, maxDocs: 1);

        var error = await Assert.ThrowsAsync<EngineException>(() => _harness.JoinAsync(isShared: true, source: read));
        var second = await _harness.JoinAsync(isShared: true, maxDocs: 1);

        Assert.Equal(ErrorCode.LeaseLost, error.Code);
        Assert.Equal(["o1", "o2"], [(await first.TakeAsync()).Built.Items.Single().Id, (await second.TakeAsync()).Built.Items.Single().Id]);
    }

    [Fact]
    public async Task Join_CursorIsNotPartOfTheHistory_IsMovedBackDurablyWithWhatWasAckedAboveIt()
    {
        var progress = new SubscriptionProgress(SubscriptionSamples.CursorAt(5), new FencingToken(1), null)
        {
            AckedAbove = AckedRanges.Create([new AckedRange(0, 0, 9)]),
        };
        await using var harness = await FlowHarness.StartAsync(progress: progress);
        await harness.PutAsync("o1");

        var worker = await harness.JoinAsync();

        Assert.NotNull(worker.Rewound);
        var stored = await harness.ReadProgressAsync();
        Assert.Equal((0L, AckedRanges.None), (stored.Cursor[0].Seqno, stored.AckedAbove));
        Assert.Equal("o1", (await worker.TakeAsync()).Built.Items.Single().Id);
    }
}
