using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery.Flows;

/// <summary>What becomes of documents on which the query's script fails, by the policy.</summary>
public sealed class ScriptErrorTests
{
    [Fact]
    public async Task Next_PolicyDelivers_TheItemComesWithItsError()
    {
        await using var harness = await StartAsync(ScriptErrorAction.Deliver);
        var worker = await harness.JoinAsync();

        var step = await worker.TakeAsync();

        Assert.Equal([("o1", "boom"), ("o2", null)], step.Built.Items.Select(i => (i.Id, i.Error)));
    }

    [Fact]
    public async Task Next_PolicyGivesUp_TheItemIsADeadLetterAtOnceAndTheRestComes()
    {
        await using var harness = await StartAsync(ScriptErrorAction.DeadLetter);
        var worker = await harness.JoinAsync();

        var step = await worker.TakeAsync();
        worker.Ack(step);

        Assert.Equal("o2", Assert.Single(step.Built.Items).Id);
        var letter = Assert.Single(await harness.ListAsync(FailedItemKind.DeadLetter));
        Assert.Equal(("o1", 1, "boom", ""), (letter.Id, letter.Attempts, letter.Reason, letter.WorkerName));
        Assert.Empty(await harness.ListAsync(FailedItemKind.Retry));
        Assert.Equal(2, (await harness.ReadProgressAsync()).Cursor[0].Seqno);
    }

    [Fact]
    public async Task Next_PolicyTriesAgain_ByTheBackOffUntilItIsGivenUpOrSucceeds()
    {
        await using var harness = await StartAsync(ScriptErrorAction.Retry);
        var worker = await harness.JoinAsync();
        worker.Ack(await worker.TakeAsync());
        var row = Assert.Single(await harness.ListAsync(FailedItemKind.Retry));
        Assert.Equal(("o1", 1, "boom", harness.Time.GetUtcNow().AddSeconds(1)), (row.Id, row.Attempts, row.Reason, row.DueAt));
        Assert.True((await worker.NextAsync()).IsIdle);

        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await worker.NextAsync()).Claim);
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        harness.View = change => change;
        var step = await worker.TakeAsync();

        Assert.Equal(("o1", 3), (step.Built.Items.Single().Id, step.Claim!.AttemptOf(0)));
    }

    [Fact]
    public async Task Leave_WhatTheScriptFailedOnIsNotYetStored_IsStored()
    {
        await using var harness = await StartAsync(ScriptErrorAction.Retry);
        harness.View = change => change.Failed("boom");
        var worker = await harness.JoinAsync();
        Assert.Null((await worker.NextAsync()).Claim);

        await worker.LeaveAsync();

        Assert.Equal(["o1", "o2"], (await harness.ListAsync(FailedItemKind.Retry)).Select(row => row.Id));
        Assert.Equal(2, (await harness.ReadProgressAsync()).Cursor[0].Seqno);
    }

    private static async Task<FlowHarness> StartAsync(ScriptErrorAction action)
    {
        var harness = await FlowHarness.StartAsync(new RetryPolicy { OnScriptError = action });
        harness.View = change => change.Id == "o1" ? change.Failed("boom") : change;
        await harness.PutAsync("o1", "o2");
        return harness;
    }
}
