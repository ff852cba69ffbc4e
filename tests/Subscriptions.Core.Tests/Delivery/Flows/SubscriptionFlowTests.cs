using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What holds when saves, replays, searches and workers' comings and goings meet in a flow.</summary>
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

    [Fact]
    public async Task Next_GivenUpInTheMiddleOfASearch_TheNextSearchMissesNothing()
    {
        await _harness.PutAsync("o1", "x1", "o2");
        var worker = await _harness.JoinAsync(maxDocs: 2);
        using var gone = new CancellationTokenSource();
        var view = _harness.View;
        _harness.View = change =>
        {
            if (change.Id == "x1") gone.Cancel();
            return view(change);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.NextUntilAsync(gone.Token));

        Assert.Equal(["o1", "o2"], (await worker.TakeAsync()).Built.Items.Select(i => i.Id));
    }

    [Fact]
    public async Task Next_RetriesCannotBeRead_TheyStayDue()
    {
        await using var harness = await FlowHarness.StartAsync();
        await harness.PutAsync("o1");
        var worker = await harness.JoinAsync();
        var first = await worker.TakeAsync();
        worker.Fail(first, "o1", TimeSpan.Zero);
        worker.Ack(first);
        harness.Documents.Fault = new StoreException(StoreFault.Io, "no disk");
        await Assert.ThrowsAsync<StoreException>(() => worker.NextAsync());
        harness.Documents.Fault = null;

        var again = await worker.TakeAsync();

        Assert.Equal(("o1", 2), (again.Built.Items.Single().Id, again.Claim!.AttemptOf(0)));
    }

    [Fact]
    public async Task Next_AsManyWaitForAnotherTryAsMay_NothingNewIsReadUntilFewerDo()
    {
        await using var harness = await FlowHarness.StartAsync(delivery: new DeliveryOptions { MaxRetries = 1 });
        await harness.PutAsync("o1");
        var worker = await harness.JoinAsync();
        var first = await worker.TakeAsync();
        worker.Fail(first, "o1", TimeSpan.FromMinutes(1));
        worker.Ack(first);
        await harness.PutAsync("o2");

        Assert.True(await worker.NextAsync() is { Claim: null, IsIdle: true });
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await worker.TakeAsync();
        Assert.Equal("o1", again.Built.Items.Single().Id);
        worker.Ack(again);

        Assert.Equal("o2", (await worker.TakeAsync()).Built.Items.Single().Id);
    }

    [Fact]
    public async Task Next_RetryWhoseDocumentHasChangedAheadOfTheScan_ComesOnceInItsNewPlace()
    {
        await using var harness = await FlowHarness.StartAsync();
        await harness.PutAsync("o1");
        var worker = await harness.JoinAsync(maxDocs: 1);
        var first = await worker.TakeAsync();
        worker.Fail(first, "o1", TimeSpan.FromMinutes(1));
        worker.Ack(first);
        await harness.PutAsync("o2", "o1");
        harness.Time.Advance(TimeSpan.FromMinutes(1));

        var (second, third) = (await worker.TakeAsync(), await worker.TakeAsync());

        Assert.Equal(("o2", 2L), (second.Built.Items.Single().Id, second.Built.Items.Single().Seqno));
        Assert.Equal(("o1", 3L, 1), (third.Built.Items.Single().Id, third.Built.Items.Single().Seqno, third.Claim!.AttemptOf(0)));
        worker.Ack(second);
        worker.Ack(third);
        Assert.True(await worker.NextAsync() is { Claim: null, IsDrained: true });
    }

    [Fact]
    public async Task Leave_OthersWait_GetWhatItHad()
    {
        await _harness.PutAsync("o1");
        var (first, second) = (await _harness.JoinAsync(isShared: true), await _harness.JoinAsync(isShared: true));
        await first.TakeAsync();
        Assert.True((await second.NextAsync()).IsIdle);
        var waiting = second.WaitAsync();

        await first.LeaveAsync();

        var again = await waiting;
        Assert.Equal(("o1", 2), (again.Built.Items.Single().Id, again.Claim!.AttemptOf(0)));
    }

    [Fact]
    public async Task Next_OthersWaitToo_EachIsWokenAsLongAsThereIsSomething()
    {
        var workers = new List<FlowWorker>();
        for (var i = 0; i < 3; i++) workers.Add(await _harness.JoinAsync(isShared: true, maxDocs: 1));
        foreach (var worker in workers) Assert.True((await worker.NextAsync()).IsIdle);
        var waiting = workers.Select(w => w.WaitAsync()).ToList();

        await _harness.PutAsync("o1", "o2", "o3");

        var found = await Task.WhenAll(waiting);
        Assert.Equal(["o1", "o2", "o3"], found.Select(step => step.Built.Items.Single().Id).Order());
    }

    [Fact]
    public async Task Ack_ADocumentThatAnotherWaitsFor_WakesThatOne()
    {
        await _harness.PutAsync("o1");
        var (first, second) = (await _harness.JoinAsync(isShared: true), await _harness.JoinAsync(isShared: true));
        var step = await first.TakeAsync();
        await _harness.PutAsync("o1");
        while (!(await second.NextAsync()).IsIdle) continue;
        var waiting = second.WaitAsync();

        first.Ack(step);

        Assert.Equal(("o1", 2L), ((await waiting).Built.Items.Single().Id, (await waiting).Built.Items.Single().Seqno));
    }
}
