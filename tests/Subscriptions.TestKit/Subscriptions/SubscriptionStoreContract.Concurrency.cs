using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task Grant_ManyAtOnce_EachTokenIsGivenOnce()
    {
        const int callers = 16;
        const int grantsEach = 10;
        var subscription = await CreateAsync("orders");

        var granted = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var mine = new List<long>();
            for (var i = 0; i < grantsEach; i++) mine.Add((await GrantAsync(subscription.Id)).Value);
            return mine;
        })));

        Assert.All(granted, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, callers * grantsEach).Select(i => (long)i), granted.SelectMany(mine => mine).Order());
        await ReopenAsync();
        Assert.Equal(callers * grantsEach + 1, (await GrantAsync(subscription.Id)).Value);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_ManySubscriptionsAtOnce_EachHoldsItsOwn()
    {
        const int subscriptions = 100;
        const int savesEach = 10;
        var leased = new List<(StoredSubscription Subscription, FencingToken Token)>();
        for (var i = 0; i < subscriptions; i++)
        {
            var subscription = await CreateAsync($"s{i}");
            leased.Add((subscription, await GrantAsync(subscription.Id)));
        }

        await Task.WhenAll(leased.Select((lease, i) => Task.Run(async () =>
        {
            for (var n = 1; n <= savesEach; n++)
            {
                var outcome = await SaveAsync(lease.Subscription.Id, lease.Token, (1000 * i) + n, SubscriptionSamples.Instant.AddSeconds(n));
                Assert.Equal(ProgressOutcome.Saved, outcome);
            }
        })));

        await ReopenAsync();
        await AssertHoldsAsync([.. leased.Select((lease, i) => lease.Subscription with
        {
            Progress = new SubscriptionProgress(
                SubscriptionSamples.CursorAt((1000 * i) + savesEach), lease.Token, SubscriptionSamples.Instant.AddSeconds(savesEach)),
        })]);
    }

    // A holder saves as fast as it can while the lease goes to somebody else: the new lease must start exactly behind the last save that
    // was confirmed, or work comes back (or is lost).
    [Theory(Timeout = TimeLimit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Save_WhileTheLeaseIsGrantedAgain_NoConfirmedSaveIsLostOrAdded(bool moveTheCursor)
    {
        var subscription = await CreateAsync("orders");
        var token = await GrantAsync(subscription.Id);
        long seqno = 0;
        for (var round = 0; round < 10; round++)
        {
            var first = seqno + 1;
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var saver = Task.Run(() => SaveUntilFencedAsync(subscription.Id, token, first, begun));
            await await Task.WhenAny(begun.Task, saver);
            var next = moveTheCursor
                ? await Store.SetCursorAsync(subscription.Id, SubscriptionSamples.CursorAt(1_000_000), Cancellation)
                : await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);

            seqno = await saver;
            Assert.Equal(SubscriptionSamples.CursorAt(moveTheCursor ? 1_000_000 : seqno), next!.Cursor);
            Assert.Equal(next, (await FindAsync(subscription.Id)).Progress);
            token = next.Token;
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_WhileTheSubscriptionIsDeleted_EndsNotFound()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 1);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var saver = Task.Run(() => SaveUntilAsync(ProgressOutcome.NotFound, subscription.Id, token, 2, begun));
        await await Task.WhenAny(begun.Task, saver);

        Assert.True(await Store.DeleteAsync(subscription.Id, Cancellation));

        await saver;
        await AssertHoldsAsync();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_TwoThousand_AllAreListedAfterReopen()
    {
        var databases = Enumerable.Range(0, 4).Select(i => DatabaseName.Parse($"db{i}")).ToArray();
        var all = Enumerable.Range(0, 2000).Select(i => SubscriptionSamples.Subscription($"subscription {i}", databases[i % 4])).ToArray();

        var created = await Task.WhenAll(all.Select(s => Store.CreateAsync(s, Cancellation).AsTask()));
        await ReopenAsync();

        Assert.DoesNotContain(false, created);
        foreach (var database in databases)
        {
            var listed = await Store.ListAsync(database, Cancellation);
            Assert.Equal(all.Where(s => s.Definition.Database == database).OrderBy(s => s.Id.Value), listed.OrderBy(s => s.Id.Value));
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task AnyCall_CancelledBefore_ThrowsAndChangesNothing()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        foreach (var call in CallsOf(Store, subscription, token, cancelled.Token))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);

        await AssertHoldsAsync(subscription);
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 6));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task AnyCall_AfterDispose_SaysThatTheStoreIsClosed()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await Store.DisposeAsync();
        await Store.DisposeAsync();

        foreach (var call in CallsOf(Store, subscription, token, Cancellation))
        {
            var exception = await Assert.ThrowsAsync<StoreException>(call);
            Assert.Equal(StoreFault.Closed, exception.Kind);
        }

        await ReopenAsync();
        await AssertHoldsAsync(subscription);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Save_WhileTheStoreIsDisposed_HoldsOrSaysThatItIsClosed()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 1);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var saver = Task.Run(() => SaveUntilClosedAsync(subscription.Id, token, 2, begun));
        await await Task.WhenAny(begun.Task, saver);

        await ReopenAsync();

        var confirmed = await saver;
        Assert.Equal(SubscriptionSamples.CursorAt(confirmed), (await FindAsync(subscription.Id)).Progress.Cursor);
    }

    private static IEnumerable<Func<Task>> CallsOf(
        ISubscriptionStore store, StoredSubscription subscription, FencingToken token, CancellationToken cancellationToken)
    {
        var id = subscription.Id;
        var cursor = SubscriptionSamples.CursorAt(7);
        yield return async () => await store.ListAsync(SubscriptionSamples.Database, cancellationToken);
        yield return async () => await store.CreateAsync(SubscriptionSamples.Subscription("another"), cancellationToken);
        yield return async () => await store.UpdateAsync(id, subscription.Definition, cursor: null, cancellationToken);
        yield return async () => await store.SaveProgressAsync(new ProgressUpdate(id, token, cursor, null), cancellationToken);
        yield return async () => await store.GrantAsync(id, isShared: false, cancellationToken);
        yield return async () => await store.SetCursorAsync(id, cursor, cancellationToken);
        yield return async () => await store.ListFailedItemsAsync(id, FailedItemKind.Retry, "", 1, cancellationToken);
        yield return async () => await store.CountFailedItemsAsync(id, cancellationToken);
        yield return async () => await store.ReplayDeadLettersAsync(id, null, SubscriptionSamples.Instant, cancellationToken);
        yield return async () => await store.ReplayDeadLettersAsync(id, ["a"], SubscriptionSamples.Instant, cancellationToken);
        yield return async () => await store.DiscardDeadLettersAsync(id, null, cancellationToken);
        yield return async () => await store.DiscardDeadLettersAsync(id, ["a"], cancellationToken);
        yield return async () => await store.DeleteAsync(id, cancellationToken);
        yield return async () => await store.DeleteAllAsync(SubscriptionSamples.OtherDatabase, cancellationToken);
    }

    private Task<long> SaveUntilFencedAsync(SubscriptionId id, FencingToken token, long first, TaskCompletionSource begun) =>
        SaveUntilAsync(ProgressOutcome.Fenced, id, token, first, begun);

    /// <summary>Saves one seqno after the other.</summary>
    /// <returns>The last that was confirmed.</returns>
    private async Task<long> SaveUntilAsync(
        ProgressOutcome end, SubscriptionId id, FencingToken token, long first, TaskCompletionSource begun)
    {
        for (var seqno = first; ; seqno++)
        {
            var outcome = await SaveAsync(id, token, seqno);
            if (outcome == end) return seqno - 1;
            Assert.Equal(ProgressOutcome.Saved, outcome);
            if (seqno == first + 5) begun.TrySetResult();
            // A store whose calls complete synchronously would otherwise never give up the thread.
            await Task.Yield();
        }
    }

    private async Task<long> SaveUntilClosedAsync(SubscriptionId id, FencingToken token, long first, TaskCompletionSource begun)
    {
        // Not the property: it names the next store after a reopen.
        var store = Store;
        for (var seqno = first; ; seqno++)
        {
            try
            {
                var update = new ProgressUpdate(id, token, SubscriptionSamples.CursorAt(seqno), null);
                Assert.Equal(ProgressOutcome.Saved, await store.SaveProgressAsync(update, Cancellation));
            }
            catch (StoreException exception) when (exception.Kind == StoreFault.Closed)
            {
                return seqno - 1;
            }

            if (seqno == first + 5) begun.TrySetResult();
            await Task.Yield();
        }
    }
}
