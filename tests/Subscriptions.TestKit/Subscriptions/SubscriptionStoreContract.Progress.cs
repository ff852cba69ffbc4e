using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task Grant_TimeAndAgain_CountsUpByOneFromTheStoredCursor()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        Assert.Equal(new FencingToken(1), token);

        var second = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);

        Assert.Equal(subscription.Progress with { Token = new FencingToken(2), Epoch = new FencingToken(2) }, second);
        await AssertHoldsAsync(subscription with { Progress = second! });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Grant_AfterReopen_IsLargerThanAllBefore()
    {
        var subscription = await CreateAsync("orders");
        for (var expected = 1; expected <= 5; expected++)
        {
            Assert.Equal(new FencingToken(expected), await GrantAsync(subscription.Id));
            await ReopenAsync();
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Grant_Unknown_ReturnsNull() => Assert.Null(await Store.GrantAsync(SubscriptionId.Create(), isShared: false, Cancellation));

    [Fact(Timeout = TimeLimit)]
    public async Task Save_CurrentToken_IsDurable()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var ackedAt = SubscriptionSamples.Instant.AddMilliseconds(1);

        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 6, ackedAt));

        var expected = subscription with { Progress = new SubscriptionProgress(SubscriptionSamples.CursorAt(6), token, ackedAt) };
        await AssertHoldsAsync(expected);
        await ReopenAsync();
        await AssertHoldsAsync(expected);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_WithoutAck_KeepsTheLastAck()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);

        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 6, ackedAt: null));

        var progress = subscription.Progress with { Cursor = SubscriptionSamples.CursorAt(6) };
        await AssertHoldsAsync(subscription with { Progress = progress });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_NeverAcked_HasNoLastAck()
    {
        var subscription = await CreateAsync("orders");

        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, await GrantAsync(subscription.Id), 6, ackedAt: null));

        Assert.Null((await FindAsync(subscription.Id)).Progress.LastAckAt);
    }

    // The rewind rule and administrators move cursors back; which move is right is not the store's business.
    [Fact(Timeout = TimeLimit)]
    public async Task Save_LowerCursor_IsStoredAsGiven()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 500);

        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 3));

        Assert.Equal(SubscriptionSamples.CursorAt(3), (await FindAsync(subscription.Id)).Progress.Cursor);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1024)]
    public async Task Save_WideCursor_RoundTripsAcrossReopen(int partitions)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var cursor = SubscriptionSamples.WideCursor(partitions);

        await Store.SaveProgressAsync(new ProgressUpdate(subscription.Id, token, cursor, null), Cancellation);
        await ReopenAsync();

        Assert.Equal(cursor.Positions, (await FindAsync(subscription.Id)).Progress.Cursor.Positions);
        var granted = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);
        Assert.Equal(cursor.Positions, granted!.Cursor.Positions);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_OlderToken_IsFencedAndChangesNothing()
    {
        var (subscription, old) = await CreateLeasedAsync("orders", 5);
        var token = await GrantAsync(subscription.Id);

        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, old, 6, SubscriptionSamples.Instant.AddHours(1)));

        await AssertHoldsAsync(subscription with { Progress = subscription.Progress with { Token = token, Epoch = token } });
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 6));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_TokenThatWasNeverGranted_IsFencedAndChangesNothing()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);

        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, new FencingToken(token.Value + 1), 6));
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, new FencingToken(long.MaxValue), 6));
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, new FencingToken(0), 6));

        await AssertHoldsAsync(subscription);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_AfterTheCursorWasMoved_IsFencedAndTheMoveStays()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 500);

        var moved = await Store.SetCursorAsync(subscription.Id, SubscriptionSamples.CursorAt(20), Cancellation);
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, token, 501));

        var expected = new SubscriptionProgress(
            SubscriptionSamples.CursorAt(20), new FencingToken(token.Value + 1), subscription.Progress.LastAckAt);
        Assert.Equal(expected, moved);
        await ReopenAsync();
        await AssertHoldsAsync(subscription with { Progress = expected });
        Assert.Equal(token.Value + 2, (await GrantAsync(subscription.Id)).Value);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SetCursor_ToTheBeginning_ForgetsTheProgress()
    {
        var (subscription, _) = await CreateLeasedAsync("orders", 500);

        await Store.SetCursorAsync(subscription.Id, ResumeToken.Beginning, Cancellation);
        await ReopenAsync();

        Assert.Equal(ResumeToken.Beginning, (await FindAsync(subscription.Id)).Progress.Cursor);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SetCursor_Unknown_ReturnsNull() =>
        Assert.Null(await Store.SetCursorAsync(SubscriptionId.Create(), SubscriptionSamples.CursorAt(1), Cancellation));

    [Fact(Timeout = TimeLimit)]
    public async Task Save_DeletedSubscription_IsNotFound()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await Store.DeleteAsync(subscription.Id, Cancellation);

        Assert.Equal(ProgressOutcome.NotFound, await SaveAsync(subscription.Id, token, 6));

        await AssertHoldsAsync();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_AllSubscriptionsDeleted_IsNotFound()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await Store.DeleteAllAsync(SubscriptionSamples.Database, Cancellation);

        Assert.Equal(ProgressOutcome.NotFound, await SaveAsync(subscription.Id, token, 6));
        Assert.Null(await Store.GrantAsync(subscription.Id, isShared: false, Cancellation));
    }
}
