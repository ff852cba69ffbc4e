using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task GrantShared_BesideALease_KeepsTheEpochSoThatBothMaySave()
    {
        var (subscription, first) = await CreateLeasedAsync("orders", 5);

        var second = await Store.GrantAsync(subscription.Id, isShared: true, Cancellation);

        Assert.Equal(subscription.Progress with { Token = new FencingToken(first.Value + 1), Epoch = first }, second);
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, first, 6));
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, second!.Token, 7));
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, first, 8));
        await ReopenAsync();
        await AssertHoldsAsync(subscription with { Progress = second with { Cursor = SubscriptionSamples.CursorAt(8) } });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task GrantExclusive_AfterSharedOnes_FencesThemAll()
    {
        var (subscription, first) = await CreateLeasedAsync("orders", 5);
        var second = await Store.GrantAsync(subscription.Id, isShared: true, Cancellation);
        await ReopenAsync();

        var third = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);

        Assert.Equal(third!.Token, third.Epoch);
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, first, 6));
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, second!.Token, 6));
        await AssertHoldsAsync(subscription with { Progress = third });
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, third.Token, 6));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task GrantShared_AfterAnExclusiveOne_DoesNotAdmitWhoCameBefore()
    {
        var (subscription, first) = await CreateLeasedAsync("orders", 5);
        var second = await GrantAsync(subscription.Id);
        var third = await Store.GrantAsync(subscription.Id, isShared: true, Cancellation);

        Assert.Equal(second, third!.Epoch);
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, first, 6));
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, second, 6));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_TokenAboveSharedOnesThatWasNeverGranted_IsFenced()
    {
        var (subscription, _) = await CreateLeasedAsync("orders", 5);
        var second = await Store.GrantAsync(subscription.Id, isShared: true, Cancellation);

        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, new FencingToken(second!.Token.Value + 1), 6));

        await AssertHoldsAsync(subscription with { Progress = second });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SetCursor_WhileWorkersShare_FencesThemAllAndForgetsWhatWasAckedAbove()
    {
        var (subscription, first) = await CreateLeasedAsync("orders", 5);
        var second = await Store.GrantAsync(subscription.Id, isShared: true, Cancellation);
        await SaveAckedAboveAsync(subscription.Id, first, SubscriptionSamples.AckedAbove);

        var moved = await Store.SetCursorAsync(subscription.Id, SubscriptionSamples.CursorAt(2), Cancellation);

        var expected = new SubscriptionProgress(
            SubscriptionSamples.CursorAt(2), new FencingToken(second!.Token.Value + 1), subscription.Progress.LastAckAt);
        Assert.Equal(expected, moved);
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, first, 6));
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, second.Token, 6));
        await ReopenAsync();
        await AssertHoldsAsync(subscription with { Progress = expected });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_AckedAbove_ReplacesWhatWasAndComesWithTheNextGrant()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await SaveAckedAboveAsync(subscription.Id, token, AckedRanges.Create([new AckedRange(0, 1, 2)]));

        await SaveAckedAboveAsync(subscription.Id, token, SubscriptionSamples.AckedAbove);
        await ReopenAsync();

        Assert.Equal(SubscriptionSamples.AckedAbove, (await FindAsync(subscription.Id)).Progress.AckedAbove);
        var granted = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);
        Assert.Equal(SubscriptionSamples.AckedAbove, granted!.AckedAbove);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_NothingAckedAbove_ForgetsWhatWas()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await SaveAckedAboveAsync(subscription.Id, token, SubscriptionSamples.AckedAbove);

        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 100));
        await ReopenAsync();

        Assert.Same(AckedRanges.None, (await FindAsync(subscription.Id)).Progress.AckedAbove);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task GrantShared_ManyAtOnce_EachTokenIsGivenOnceAndAllMaySave()
    {
        var (subscription, first) = await CreateLeasedAsync("orders", 5);

        var granted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
            await Store.GrantAsync(subscription.Id, isShared: true, Cancellation))));

        Assert.Equal(Enumerable.Range(2, 50).Select(i => (long)i), granted.Select(p => p!.Token.Value).Order());
        Assert.All(granted, p => Assert.Equal(first, p!.Epoch));
        foreach (var progress in granted)
            Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, progress!.Token, 6));
    }

    private async Task SaveAckedAboveAsync(SubscriptionId id, FencingToken token, AckedRanges ranges)
    {
        var update = new ProgressUpdate(id, token, SubscriptionSamples.CursorAt(5), null) { AckedAbove = ranges };
        Assert.Equal(ProgressOutcome.Saved, await Store.SaveProgressAsync(update, Cancellation));
    }
}
