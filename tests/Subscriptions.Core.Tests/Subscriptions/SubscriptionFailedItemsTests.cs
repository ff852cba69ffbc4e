using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class SubscriptionFailedItemsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_Pages_ShowEachOnce()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await FailAsync(fixture, retries: ["r"], deadLetters: ["a", "b", "c", "d", "e"]);

        var ids = new List<string>();
        var token = "";
        do
        {
            var page = await fixture.Registry.FailedItems.ListAsync("ORDERS", FailedItemKind.DeadLetter, 2, token, Cancellation);
            ids.AddRange(page.Items.Select(item => item.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(["a", "b", "c", "d", "e"], ids);
        var retries = await fixture.Registry.FailedItems.ListAsync("orders", FailedItemKind.Retry, 0, "", Cancellation);
        Assert.Equal([SubscriptionSamples.FailedItem("r")], retries.Items);
        Assert.Equal("", retries.NextPageToken);
        Assert.Equal(new FailedItemCounts(1, 5), await fixture.Registry.FailedItems.CountAsync(entry, Cancellation));
    }

    [Theory]
    [InlineData(-1, "", "page_size")]
    [InlineData(1001, "", "page_size")]
    [InlineData(1, "%", "page_token")]
    public async Task ListAsync_SizeOrTokenThatIsNone_IsRefused(int pageSize, string pageToken, string field)
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await fixture.CreateAsync();

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await fixture.Registry.FailedItems.ListAsync("orders", FailedItemKind.Retry, pageSize, pageToken, Cancellation));

        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public async Task ReplayAsync_SomeOrAll_MakesThemRetriesThatAreDue()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await FailAsync(fixture, retries: ["r"], deadLetters: ["a", "b", "c"]);

        Assert.Equal(1, await fixture.Registry.FailedItems.ReplayAsync("orders", ["b", "r", "unknown"], Cancellation));
        var page = await fixture.Registry.FailedItems.ListAsync("orders", FailedItemKind.Retry, 0, "", Cancellation);
        Assert.Equal([SubscriptionSamples.FailedItem("b") with { Attempts = 0, DueAt = fixture.Time.GetUtcNow() }, SubscriptionSamples.FailedItem("r")], page.Items);

        Assert.Equal(2, await fixture.Registry.FailedItems.ReplayAsync("orders", null, Cancellation));
        Assert.Equal(0, await fixture.Registry.FailedItems.ReplayAsync("orders", null, Cancellation));
        Assert.Equal(new FailedItemCounts(4, 0), await fixture.Registry.FailedItems.CountAsync(entry, Cancellation));
    }

    [Fact]
    public async Task DiscardAsync_SomeOrAll_RemovesDeadLettersOnly()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await FailAsync(fixture, retries: ["r"], deadLetters: ["a", "b", "c"]);

        Assert.Equal(1, await fixture.Registry.FailedItems.DiscardAsync("orders", ["b", "r"], Cancellation));
        Assert.Equal(2, await fixture.Registry.FailedItems.DiscardAsync("orders", null, Cancellation));

        Assert.Equal(new FailedItemCounts(1, 0), await fixture.Registry.FailedItems.CountAsync(entry, Cancellation));
    }

    [Fact]
    public async Task ReplayAndDiscard_IdsOutsideTheirLimits_AreRefused()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await fixture.CreateAsync();
        string[] tooMany = [.. Enumerable.Range(0, SubscriptionFailedItems.MaxItems + 1).Select(i => $"o{i}")];

        foreach (var ids in new[] { [], tooMany, ["o1", ""], ["\ud83d"] })
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => fixture.Registry.FailedItems.ReplayAsync("orders", ids, Cancellation));
            await Assert.ThrowsAsync<InvalidInputException>(async () => await fixture.Registry.FailedItems.DiscardAsync("orders", ids, Cancellation));
        }

        Assert.Equal(0, fixture.Store.CountOf(SubscriptionStoreCall.ReplayDeadLetters));
    }

    [Fact]
    public async Task AnyCall_UnknownSubscription_IsNotFound()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var items = fixture.Registry.FailedItems;

        foreach (var call in new Func<Task>[]
        {
            async () => await items.ListAsync("orders", FailedItemKind.Retry, 0, "", Cancellation),
            () => items.ReplayAsync("orders", null, Cancellation),
            async () => await items.DiscardAsync("orders", null, Cancellation),
        })
        {
            Assert.Equal(ErrorCode.SubscriptionNotFound, (await Assert.ThrowsAsync<EngineException>(call)).Code);
        }
    }

    private static async Task<SubscriptionEntry> FailAsync(RegistryFixture fixture, string[] retries, string[] deadLetters)
    {
        var entry = await fixture.CreateAsync();
        var (_, granted) = await fixture.BeginAsync(entry);
        var update = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(1), null)
        {
            FailedItems = SubscriptionSamples.Changes(
                [.. retries.Select(id => SubscriptionSamples.FailedItem(id))], [.. deadLetters.Select(id => SubscriptionSamples.FailedItem(id))]),
        };
        Assert.Equal(ProgressOutcome.Saved, await fixture.Registry.SaveAsync(entry, update, Cancellation));
        return entry;
    }
}
