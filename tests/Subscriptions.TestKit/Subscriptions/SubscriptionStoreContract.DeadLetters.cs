using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    private static readonly DateTimeOffset Now = SubscriptionSamples.Instant.AddDays(1);

    [Theory(Timeout = TimeLimit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_DeadLetters_AreRetriesDueAtOnceAcrossReopen(bool all)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (first, second, waiting) = (SubscriptionSamples.FailedItem("a"), SubscriptionSamples.FailedItem("b"), SubscriptionSamples.FailedItem("c"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [waiting], deadLetters: [first, second]));

        var replayed = await Store.ReplayDeadLettersAsync(subscription.Id, all ? null : ["b", "a"], Now, Cancellation);

        FailedItem[] expected = [first with { Attempts = 0, DueAt = Now }, second with { Attempts = 0, DueAt = Now }];
        Assert.Equal(expected, replayed.OrderBy(item => item.Id, StringComparer.Ordinal));
        await ReopenAsync();
        await AssertFailedAsync(subscription.Id, retries: [.. expected, waiting], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Replay_SomeIds_LeavesTheOthersAndPassesOverWhatIsNoDeadLetter()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (letter, other, waiting) = (SubscriptionSamples.FailedItem("a"), SubscriptionSamples.FailedItem("b"), SubscriptionSamples.FailedItem("c"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [waiting], deadLetters: [letter, other]));

        var replayed = await Store.ReplayDeadLettersAsync(subscription.Id, ["a", "a", "c", "unknown", ""], Now, Cancellation);

        var expected = letter with { Attempts = 0, DueAt = Now };
        Assert.Equal([expected], replayed);
        await AssertFailedAsync(subscription.Id, retries: [expected, waiting], deadLetters: [other]);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    public async Task Replay_DocumentWaitsAlready_BecomesOneRetryAtTheLowerSeqno(long letterSeqno, long retrySeqno)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (letter, retry) = (SubscriptionSamples.FailedItem("a", letterSeqno), SubscriptionSamples.FailedItem("a", retrySeqno));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry], deadLetters: [letter]));

        var replayed = await Store.ReplayDeadLettersAsync(subscription.Id, ["a"], Now, Cancellation);

        var expected = (letterSeqno < retrySeqno ? letter : retry) with { Attempts = 0, DueAt = Now };
        Assert.Equal([expected], replayed);
        await AssertFailedAsync(subscription.Id, retries: [expected], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Replay_NothingThere_IsEmpty()
    {
        var subscription = await CreateAsync("orders");

        Assert.Empty(await Store.ReplayDeadLettersAsync(subscription.Id, null, Now, Cancellation));
        Assert.Empty(await Store.ReplayDeadLettersAsync(subscription.Id, ["a"], Now, Cancellation));
        Assert.Empty(await Store.ReplayDeadLettersAsync(subscription.Id, [], Now, Cancellation));
        Assert.Empty(await Store.ReplayDeadLettersAsync(SubscriptionId.Create(), null, Now, Cancellation));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Discard_DeadLetters_RemovesThemAndNoOthers(bool all)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (other, otherToken) = await CreateLeasedAsync("other", 5);
        var (letter, waiting) = (SubscriptionSamples.FailedItem("a"), SubscriptionSamples.FailedItem("c"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
            retries: [waiting], deadLetters: [letter, SubscriptionSamples.FailedItem("b")]));
        await SaveFailedAsync(other.Id, otherToken, SubscriptionSamples.Changes(deadLetters: [letter]));

        var discarded = await Store.DiscardDeadLettersAsync(subscription.Id, all ? null : ["b", "a", "a", "c", "unknown"], Cancellation);

        Assert.Equal(2, discarded);
        await ReopenAsync();
        await AssertFailedAsync(subscription.Id, retries: [waiting], deadLetters: []);
        await AssertFailedAsync(other.Id, retries: [], deadLetters: [letter]);
        Assert.Equal(0, await Store.DiscardDeadLettersAsync(subscription.Id, null, Cancellation));
        Assert.Equal(0, await Store.DiscardDeadLettersAsync(SubscriptionId.Create(), null, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task ReplayAndDiscard_MoreThanOneSlice_GetThemAll()
    {
        const int count = 2500;
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        FailedItem[] letters = [.. Enumerable.Range(0, count).Select(i => SubscriptionSamples.FailedItem($"orders/{i}", i + 1))];
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(deadLetters: letters));
        Assert.Equal(new FailedItemCounts(0, count), await Store.CountFailedItemsAsync(subscription.Id, Cancellation));

        var replayed = await Store.ReplayDeadLettersAsync(subscription.Id, null, Now, Cancellation);

        Assert.Equal(letters.Select(item => item.Id).Order(StringComparer.Ordinal), replayed.Select(item => item.Id).Order(StringComparer.Ordinal));
        Assert.Equal(new FailedItemCounts(count, 0), await Store.CountFailedItemsAsync(subscription.Id, Cancellation));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(deadLetters: letters, settled: [.. letters.Select(item => item.Id)]));
        Assert.Equal(count, await Store.DiscardDeadLettersAsync(subscription.Id, null, Cancellation));
        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: []);
    }

    // Whoever moves a document: it is somewhere at any time, and nowhere twice.
    [Fact(Timeout = TimeLimit)]
    public async Task Replay_WhileWorkersGiveUpAndSettle_LosesAndDoublesNothing()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"orders/{i:D2}")];
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(deadLetters: [.. ids.Select(id => SubscriptionSamples.FailedItem(id))]));

        var replaying = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++) await Store.ReplayDeadLettersAsync(subscription.Id, i % 2 == 0 ? null : ids[..20], Now, Cancellation);
        });
        var givingUp = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var (letter, retry) = (ids[i * 7 % 40], ids[i * 3 % 40]);
                if (letter == retry) continue;
                await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
                    retries: [SubscriptionSamples.FailedItem(retry, i + 1)], deadLetters: [SubscriptionSamples.FailedItem(letter, i + 1)], settled: [letter]));
            }
        });
        await Task.WhenAll(replaying, givingUp);

        var retries = await Store.ListFailedItemsAsync(subscription.Id, FailedItemKind.Retry, "", int.MaxValue, Cancellation);
        var letters = await Store.ListFailedItemsAsync(subscription.Id, FailedItemKind.DeadLetter, "", int.MaxValue, Cancellation);
        Assert.Equal(ids, retries.Concat(letters).Select(item => item.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(new FailedItemCounts(retries.Count, letters.Count), await Store.CountFailedItemsAsync(subscription.Id, Cancellation));
    }
}
