using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task Update_EveryField_ReplacesTheDefinitionAndKeepsTheProgress()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var definition = subscription.Definition with
        {
            Name = "invoices",
            Query = "from @all_docs where Total > $min",
            IncludeDeletes = true,
            Disabled = true,
            StoppedReason = "an item failed 5 times",
            Parameters = "{\"min\":1}",
            RetryPolicy = SubscriptionSamples.RetryPolicy,
            AckTimeout = TimeSpan.FromDays(1),
        };

        var update = await Store.UpdateAsync(subscription.Id, definition, cursor: null, Cancellation);

        Assert.Equal(new SubscriptionUpdate(UpdateOutcome.Updated, subscription.Progress), update);
        await AssertHoldsAsync(subscription with { Definition = definition });
        Assert.Equal(ProgressOutcome.Saved, await SaveAsync(subscription.Id, token, 6));
        await ReopenAsync();
        Assert.Equal(definition, (await FindAsync(subscription.Id)).Definition);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("orders", "ORDERS")]
    [InlineData("Äpfel und Öl", "äpfel UND öl")]
    [InlineData("orders", "orders")]
    public async Task Update_ToAnotherCaseOfItsOwnName_IsNotTaken(string name, string renamed)
    {
        var subscription = await CreateAsync(name);
        var definition = subscription.Definition with { Name = renamed };

        var update = await Store.UpdateAsync(subscription.Id, definition, cursor: null, Cancellation);

        Assert.Equal(UpdateOutcome.Updated, update.Outcome);
        await ReopenAsync();
        await AssertHoldsAsync(subscription with { Definition = definition });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_ToAnotherName_FreesTheOldOne()
    {
        var subscription = await CreateAsync("orders");
        var renamed = subscription with { Definition = subscription.Definition with { Name = "invoices" } };

        await Store.UpdateAsync(subscription.Id, renamed.Definition, cursor: null, Cancellation);

        Assert.False(await Store.CreateAsync(SubscriptionSamples.Subscription("INVOICES"), Cancellation));
        var next = await CreateAsync("orders");
        await AssertHoldsAsync(renamed, next);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_NameTakenInAnyCase_IsRefusedAndChangesNothing()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 5);
        var other = await CreateAsync("Öl");
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(retries: [SubscriptionSamples.FailedItem("a")]));
        var definition = subscription.Definition with { Name = "öL", Query = "from @all_docs" };

        var update = await Store.UpdateAsync(subscription.Id, definition, SubscriptionSamples.CursorAt(1), Cancellation);

        Assert.Equal(new SubscriptionUpdate(UpdateOutcome.NameTaken, null), update);
        await AssertHoldsAsync(subscription, other);
        Assert.Equal(new FailedItemCounts(1, 0), await Store.CountFailedItemsAsync(subscription.Id, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_NameOfAnotherDatabasesSubscription_IsNotTaken()
    {
        var subscription = await CreateAsync("orders");
        await Store.CreateAsync(SubscriptionSamples.Subscription("invoices", SubscriptionSamples.OtherDatabase), Cancellation);
        var definition = subscription.Definition with { Name = "invoices" };

        var update = await Store.UpdateAsync(subscription.Id, definition, cursor: null, Cancellation);

        Assert.Equal(UpdateOutcome.Updated, update.Outcome);
        await AssertHoldsAsync(subscription with { Definition = definition });
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_WithACursor_DoesBothAndFencesTheHolder()
    {
        var (subscription, token) = await CreateLeasedAsync("orders", 500);
        await SaveFailedAsync(subscription.Id, token, SubscriptionSamples.Changes(
            retries: [SubscriptionSamples.FailedItem("retried")], deadLetters: [SubscriptionSamples.FailedItem("given up")]));
        var definition = subscription.Definition with { Query = "from @all_docs" };

        var update = await Store.UpdateAsync(subscription.Id, definition, SubscriptionSamples.CursorAt(20), Cancellation);

        var expected = new SubscriptionProgress(
            SubscriptionSamples.CursorAt(20), new FencingToken(token.Value + 1), subscription.Progress.LastAckAt);
        Assert.Equal(new SubscriptionUpdate(UpdateOutcome.Updated, expected), update);
        Assert.Equal(ProgressOutcome.Fenced, await SaveAsync(subscription.Id, token, 501));
        await ReopenAsync();
        await AssertHoldsAsync(subscription with { Definition = definition, Progress = expected });
        Assert.Equal(new FailedItemCounts(0, 1), await Store.CountFailedItemsAsync(subscription.Id, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_OtherDatabase_IsTheCallersMistakeAndChangesNothing()
    {
        var subscription = await CreateAsync("orders");
        var moved = subscription.Definition with { Database = SubscriptionSamples.OtherDatabase };

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.UpdateAsync(subscription.Id, moved, SubscriptionSamples.CursorAt(1), Cancellation));

        await AssertHoldsAsync(subscription);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_Unknown_IsNotFoundAndChangesNothing()
    {
        var existing = await CreateAsync("orders");

        var update = await Store.UpdateAsync(
            SubscriptionId.Create(), SubscriptionSamples.Definition("orders"), SubscriptionSamples.CursorAt(1), Cancellation);

        Assert.Equal(new SubscriptionUpdate(UpdateOutcome.NotFound, null), update);
        await AssertHoldsAsync(existing);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Update_ManyToTheSameNameAtOnce_OneWins()
    {
        var all = new List<StoredSubscription>();
        for (var i = 0; i < 16; i++) all.Add(await CreateAsync($"s{i}"));

        var updates = await Task.WhenAll(all.Select((s, i) => Task.Run(async () => await Store.UpdateAsync(
            s.Id, s.Definition with { Name = i % 2 == 0 ? "orders" : "ORDERS" }, cursor: null, Cancellation))));

        Assert.Equal(15, updates.Count(u => u.Outcome == UpdateOutcome.NameTaken));
        Assert.Single(updates, u => u.Outcome == UpdateOutcome.Updated);
        var listed = await Store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Single(listed, s => SubscriptionDefinition.NormalizeName(s.Definition.Name) == "ORDERS");
    }
}
