using System.Text;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task ListFailed_UnknownOrUntouched_IsEmpty()
    {
        var subscription = await CreateAsync("orders");

        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: []);
        await AssertFailedAsync(SubscriptionId.Create(), retries: [], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_EveryField_RoundTripsAcrossReopen()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var retry = SubscriptionSamples.FailedItem("orders/1", long.MaxValue) with { Attempts = int.MaxValue, Reason = "\0 it's \"odd\"\r\n 注文 🚚" };
        var held = new FailedItem("orders/2", 1, 0, DateTimeOffset.UnixEpoch);
        var letter = SubscriptionSamples.FailedItem("🚚 \0 注文") with
        {
            Reason = new string('語', FailedItem.MaxReasonLength),
            WorkerName = new string('w', 256),
            FirstFailedAt = DateTimeOffset.MinValue,
            LastFailedAt = new DateTimeOffset(1969, 7, 20, 20, 17, 40, 123, TimeSpan.FromHours(-5)),
        };

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry, held], deadLetters: [letter]));
        await ReopenAsync();

        await AssertFailedAsync(subscription.Id, retries: [retry, held], deadLetters: [letter]);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_WithACursor_DoesBoth()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var item = SubscriptionSamples.FailedItem("a");

        var outcome = await Store.SaveProgressAsync(
            new ProgressUpdate(subscription.Id, token, SubscriptionSamples.CursorAt(9), SubscriptionSamples.Instant)
            {
                AckedAbove = SubscriptionSamples.AckedAbove,
                FailedItems = SubscriptionSamples.Changes(retries: [item]),
            },
            Cancellation);

        Assert.Equal(ProgressOutcome.Saved, outcome);
        await ReopenAsync();
        var progress = subscription.Progress with { Cursor = SubscriptionSamples.CursorAt(9), AckedAbove = SubscriptionSamples.AckedAbove };
        await AssertHoldsAsync(subscription with { Progress = progress });
        await AssertFailedAsync(subscription.Id, retries: [item], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_Fenced_ChangesNothingAtAll()
    {
        var (subscription, old) = await CreateLeasedAsync("orders", 5);
        var (kept, settled, letter) = (SubscriptionSamples.FailedItem("kept"), SubscriptionSamples.FailedItem("settled"), SubscriptionSamples.FailedItem("letter"));
        await SaveFailedAsync(subscription.Id, old, SubscriptionSamples.Changes(retries: [kept, settled], deadLetters: [letter]));
        var granted = await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);

        var outcome = await Store.SaveProgressAsync(
            new ProgressUpdate(subscription.Id, old, SubscriptionSamples.CursorAt(9), SubscriptionSamples.Instant.AddHours(1))
            {
                AckedAbove = SubscriptionSamples.AckedAbove,
                FailedItems = new FailedItemChanges([SubscriptionSamples.FailedItem("new")], [kept with { Attempts = 9 }], ["settled"]),
            },
            Cancellation);

        Assert.Equal(ProgressOutcome.Fenced, outcome);
        await AssertHoldsAsync(subscription with { Progress = granted! });
        await AssertFailedAsync(subscription.Id, retries: [kept, settled], deadLetters: [letter]);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_DeletedSubscription_LeavesNothingBehind()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await Store.DeleteAsync(subscription.Id, Cancellation);

        var outcome = await Store.SaveProgressAsync(
            new ProgressUpdate(subscription.Id, token, SubscriptionSamples.CursorAt(9), null)
            {
                FailedItems = SubscriptionSamples.Changes(retries: [SubscriptionSamples.FailedItem("a")]),
            },
            Cancellation);

        Assert.Equal(ProgressOutcome.NotFound, outcome);
        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_RetryAndDeadLetterOfOneDocument_StandBesideEachOther()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var first = SubscriptionSamples.FailedItem("a", seqno: 1);
        var later = first with { Seqno = 2, Attempts = 4, DueAt = first.DueAt.AddHours(1), Reason = "again", WorkerName = "worker 2" };
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [first]));

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [later]));
        await AssertFailedAsync(subscription.Id, retries: [later], deadLetters: []);

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(deadLetters: [first]));
        await AssertFailedAsync(subscription.Id, retries: [later], deadLetters: [first]);

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(deadLetters: [later], settled: ["a"]));
        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: [later]);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(false, 7)]
    [InlineData(true, 3)]
    public async Task SaveFailed_DeadLettersOfTwoVersions_OneIsKeptWhicheverComesFirst(bool keepsEarliest, long kept)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        FailedItem[] rising = [SubscriptionSamples.FailedItem("a", 3), SubscriptionSamples.FailedItem("a", 7)];
        FailedItem[] falling = [SubscriptionSamples.FailedItem("b", 7), SubscriptionSamples.FailedItem("b", 3)];

        foreach (var letter in rising.Concat(falling))
        {
            var changes = SubscriptionSamples.Changes(deadLetters: [letter]) with { KeepsEarliestLetters = keepsEarliest };
            await SaveFailedAsync(subscription.Id, token, changes);
        }

        var letters = await Store.ListFailedItemsAsync(subscription.Id, FailedItemKind.DeadLetter, "", 10, Cancellation);
        Assert.Equal([("a", kept), ("b", kept)], letters.Select(l => (l.Id, l.Seqno)));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_Settled_RemovesRetriesButNoDeadLetters()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (retry, other, letter) = (SubscriptionSamples.FailedItem("retry"), SubscriptionSamples.FailedItem("other"), SubscriptionSamples.FailedItem("letter"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry, other], deadLetters: [letter]));

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(settled: ["retry", "letter", "never failed"]));

        await AssertFailedAsync(subscription.Id, retries: [other], deadLetters: [letter]);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_OneDocumentNamedThreeTimes_IsGivenUpAndWaitsInANewVersion()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (letter, retry) = (SubscriptionSamples.FailedItem("a", 1), SubscriptionSamples.FailedItem("a", 2));

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry], deadLetters: [letter], settled: ["a"]));

        await AssertFailedAsync(subscription.Id, retries: [retry], deadLetters: [letter]);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SaveFailed_IdsThatOnlyLookAlike_AreDifferentAndBelongToTheirSubscription()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (other, otherToken) = await CreateLeasedAsync("other", 5);
        FailedItem[] mine = [.. new[] { "a", "A", "a ", "ä", "a\u0308", "a\0", "a\0b", "а" }.Select(id => SubscriptionSamples.FailedItem(id))];
        var foreign = SubscriptionSamples.FailedItem("a", seqno: 99);

        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: mine));
        await SaveFailedAsync(other.Id, otherToken, SubscriptionSamples.Changes(deadLetters: [foreign]));

        await AssertFailedAsync(subscription.Id, retries: mine, deadLetters: []);
        await AssertFailedAsync(other.Id, retries: [], deadLetters: [foreign]);
    }

    // UTF-16 would order the third before the second.
    [Fact(Timeout = TimeLimit)]
    public async Task ListFailed_Pages_AreInTheOrderOfUtf8()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        string[] ids = ["Z", "a", "\uFFFD", "\U0001F69A", "b", "aa", "é", "\0"];
        var items = ids.Select(id => SubscriptionSamples.FailedItem(id)).OrderBy(item => Convert.ToHexString(Encoding.UTF8.GetBytes(item.Id)), StringComparer.Ordinal).ToArray();
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
            retries: [SubscriptionSamples.FailedItem("ab")], deadLetters: [.. items.Reverse()]));

        var paged = new List<FailedItem>();
        while (true)
        {
            var after = paged.Count == 0 ? "" : paged[^1].Id;
            var page = await Store.ListFailedItemsAsync(subscription.Id, FailedItemKind.DeadLetter, after, 3, Cancellation);
            paged.AddRange(page);
            if (page.Count < 3) break;
        }

        Assert.Equal(items, paged);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task ListFailed_BehindAnIdThatIsGone_GoesOn()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
            retries: [SubscriptionSamples.FailedItem("a"), SubscriptionSamples.FailedItem("b"), SubscriptionSamples.FailedItem("c")]));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(settled: ["b"]));

        var page = await Store.ListFailedItemsAsync(subscription.Id, FailedItemKind.Retry, "b", int.MaxValue, Cancellation);

        Assert.Equal("c", Assert.Single(page).Id);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task SetCursor_WithFailedItems_ForgetsRetriesAndKeepsDeadLetters()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (other, otherToken) = await CreateLeasedAsync("other", 5);
        var (retry, letter) = (SubscriptionSamples.FailedItem("retry"), SubscriptionSamples.FailedItem("letter"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry], deadLetters: [letter]));
        await SaveFailedAsync(other.Id, otherToken, SubscriptionSamples.Changes(retries: [retry]));

        await Store.SetCursorAsync(subscription.Id, SubscriptionSamples.CursorAt(1), Cancellation);
        await ReopenAsync();

        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: [letter]);
        await AssertFailedAsync(other.Id, retries: [retry], deadLetters: []);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Grant_WithFailedItems_KeepsThem()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var (retry, letter) = (SubscriptionSamples.FailedItem("retry"), SubscriptionSamples.FailedItem("letter"));
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [retry], deadLetters: [letter]));

        await Store.GrantAsync(subscription.Id, isShared: false, Cancellation);
        await Store.UpdateAsync(subscription.Id, subscription.Definition with { Disabled = true }, cursor: null, Cancellation);

        await AssertFailedAsync(subscription.Id, retries: [retry], deadLetters: [letter]);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_WithFailedItems_RemovesThemAndNoOthers(bool all)
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var there = SubscriptionSamples.Subscription("orders", SubscriptionSamples.OtherDatabase);
        Assert.True(await Store.CreateAsync(there, Cancellation));
        var item = SubscriptionSamples.FailedItem("a");
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
            retries: [item], deadLetters: [SubscriptionSamples.FailedItem("letter")]));
        await SaveFailedAsync(there.Id, default, SubscriptionSamples.Changes(retries: [item]));

        if (all) await Store.DeleteAllAsync(SubscriptionSamples.Database, Cancellation);
        else await Store.DeleteAsync(subscription.Id, Cancellation);

        await AssertFailedAsync(subscription.Id, retries: [], deadLetters: []);
        await AssertFailedAsync(there.Id, retries: [item], deadLetters: []);
    }

    private async Task SaveFailedAsync(SubscriptionId id, FencingToken token, FailedItemChanges changes)
    {
        var update = new ProgressUpdate(id, token, SubscriptionSamples.CursorAt(5), null) { FailedItems = changes };
        Assert.Equal(ProgressOutcome.Saved, await Store.SaveProgressAsync(update, Cancellation));
    }

    private async Task AssertFailedAsync(SubscriptionId id, FailedItem[] retries, FailedItem[] deadLetters)
    {
        var actualRetries = await Store.ListFailedItemsAsync(id, FailedItemKind.Retry, "", int.MaxValue, Cancellation);
        var actualLetters = await Store.ListFailedItemsAsync(id, FailedItemKind.DeadLetter, "", int.MaxValue, Cancellation);
        Assert.Equal(retries.OrderBy(item => item.Id, StringComparer.Ordinal), actualRetries.OrderBy(item => item.Id, StringComparer.Ordinal));
        Assert.Equal(deadLetters.OrderBy(item => item.Id, StringComparer.Ordinal), actualLetters.OrderBy(item => item.Id, StringComparer.Ordinal));
        Assert.Equal(new FailedItemCounts(retries.Length, deadLetters.Length), await Store.CountFailedItemsAsync(id, Cancellation));
    }
}
