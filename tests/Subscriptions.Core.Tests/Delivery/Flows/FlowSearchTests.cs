using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What a search finds for a worker, who is woken for it, and what is left when it is given up or fails.</summary>
public sealed class FlowSearchTests : IAsyncLifetime
{
    private FlowHarness _harness = null!;

    public async ValueTask InitializeAsync() => _harness = await FlowHarness.StartAsync();

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fail_DocumentThatChangedWhileItsBatchWasBuilt_ItsNewVersionComesAgainWithItsAttempt(bool isShared)
    {
        await _harness.PutAsync("o1", "o2");
        var worker = await _harness.JoinAsync(isShared);
        ChangeAt("o2", changed: "o1");

        var first = await worker.TakeAsync();
        worker.Fail(first, "o1", TimeSpan.Zero);
        worker.Ack(first);

        var again = await worker.TakeAsync();
        Assert.Equal(("o1", 3L, 2), (again.Built.Items.Single().Id, again.Built.Items.Single().Seqno, again.Claim!.AttemptOf(0)));
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
    public async Task Next_WhoWasWokenGivesUp_WakesTheNextOne()
    {
        var (first, second) = (await _harness.JoinAsync(isShared: true, maxDocs: 2), await _harness.JoinAsync(isShared: true));
        Assert.True((await first.NextAsync()).IsIdle);
        using var gone = new CancellationTokenSource();
        var view = _harness.View;
        _harness.View = change =>
        {
            if (change.Id == "x1") gone.Cancel();
            return view(change);
        };
        var givingUp = first.NextUntilAsync(gone.Token, waitFirst: true);
        var waiting = second.WaitAsync();

        await _harness.PutAsync("o1", "x1", "o2");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givingUp);
        Assert.Equal(["o1", "o2"], (await waiting).Built.Items.Select(i => i.Id));
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

    // Whoever reads the one has read the other before, in a version that is not the newest any more.
    private void ChangeAt(string read, string changed)
    {
        var view = _harness.View;
        _harness.View = change =>
        {
            if (change.Id == read)
            {
                _harness.View = view;
                Assert.True(_harness.PutAsync(changed).IsCompletedSuccessfully);
            }

            return view(change);
        };
    }
}
