using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.TestKit.Subscriptions;

public abstract partial class SubscriptionStoreContract
{
    [Fact(Timeout = TimeLimit)]
    public async Task List_NewStore_IsEmpty() => await AssertHoldsAsync();

    [Theory(Timeout = TimeLimit)]
    [MemberData(nameof(Names))]
    public async Task Create_AnyName_RoundTripsAcrossReopen(string name)
    {
        var subscription = await CreateAsync(name);
        await AssertHoldsAsync(subscription);

        await ReopenAsync();
        await AssertHoldsAsync(subscription);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Create_AllFieldsSet_RoundTripsAcrossReopen(bool includeDeletes, bool disabled)
    {
        var subscription = SubscriptionSamples.Subscription("orders") with
        {
            Definition = SubscriptionSamples.Definition("orders") with
            {
                Query = "from Orders as o\r\n\twhere o.Note = \"it's; -- \0 \uFEFF 注文\"" + new string(' ', 65_000),
                IncludeDeletes = includeDeletes,
                Disabled = disabled,
                StoppedReason = "gave up on 'orders/7' \0 \ud83d\ude9a",
                Parameters = "{ \"min\": 100, \"note\": \"\0 注文\" }",
                RetryPolicy = SubscriptionSamples.RetryPolicy,
                AckTimeout = TimeSpan.FromTicks(12_345_678),
            },
            CreatedAt = new DateTimeOffset(1969, 7, 20, 20, 17, 40, 123, TimeSpan.FromHours(-5)),
            Progress = new SubscriptionProgress(SubscriptionSamples.CursorAt(77), new FencingToken(41), SubscriptionSamples.Instant)
            {
                Epoch = new FencingToken(40),
                AckedAbove = SubscriptionSamples.AckedAbove,
            },
        };

        Assert.True(await Store.CreateAsync(subscription, Cancellation));
        await ReopenAsync();

        await AssertHoldsAsync(subscription);
        Assert.Equal(new FencingToken(42), await GrantAsync(subscription.Id));
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData("orders", "ORDERS")]
    [InlineData("Äpfel und Öl", "äpfel und öl")]
    [InlineData("заказы", "ЗАКАЗЫ")]
    [InlineData("same", "same")]
    public async Task Create_NameTakenInAnyCase_IsRefusedAndChangesNothing(string taken, string name)
    {
        var (existing, _) = await CreateLeasedAsync(taken, 5);

        Assert.False(await Store.CreateAsync(SubscriptionSamples.Subscription(name), Cancellation));

        await AssertHoldsAsync(existing);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_NamesThatOnlyLookAlike_AreDifferent()
    {
        string[] names = ["a", "a ", " a", "ä", "a\u0308", "a%", "a_", "a*", "а", "a\u200b", "a'b", "a\"b"];
        foreach (var name in names) await CreateAsync(name);

        var listed = await Store.ListAsync(SubscriptionSamples.Database, Cancellation);
        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(s => s.Definition.Name).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_NameTakenInAnotherDatabase_IsAnotherSubscription()
    {
        var here = await CreateAsync("orders");
        var there = SubscriptionSamples.Subscription("orders", SubscriptionSamples.OtherDatabase);

        Assert.True(await Store.CreateAsync(there, Cancellation));

        await AssertHoldsAsync(here);
        Assert.Equal([there], await Store.ListAsync(SubscriptionSamples.OtherDatabase, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_IdTaken_IsTheCallersMistakeAndChangesNothing()
    {
        var (existing, _) = await CreateLeasedAsync("orders", 5);
        var other = SubscriptionSamples.Subscription("other") with { Id = existing.Id };

        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CreateAsync(other, Cancellation));

        await AssertHoldsAsync(existing);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_SameNameManyTimesAtOnce_OneWins()
    {
        var candidates = Enumerable.Range(0, 16).Select(i => SubscriptionSamples.Subscription(i % 2 == 0 ? "orders" : "Orders")).ToArray();

        var created = await Task.WhenAll(candidates.Select(c => Task.Run(async () => await Store.CreateAsync(c, Cancellation))));

        var winner = Assert.Single(candidates.Where((_, i) => created[i]));
        await AssertHoldsAsync(winner);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Delete_Existing_RemovesItAndNoOther()
    {
        var subscription = await CreateAsync("orders");
        var other = await CreateAsync("other");

        Assert.True(await Store.DeleteAsync(subscription.Id, Cancellation));
        Assert.False(await Store.DeleteAsync(subscription.Id, Cancellation));

        await AssertHoldsAsync(other);
        await ReopenAsync();
        await AssertHoldsAsync(other);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task DeleteAll_OneDatabase_CountsAndLeavesTheOthers()
    {
        for (var i = 0; i < 5; i++) await CreateLeasedAsync($"s{i}", i + 1);
        var there = SubscriptionSamples.Subscription("s0", SubscriptionSamples.OtherDatabase);
        Assert.True(await Store.CreateAsync(there, Cancellation));

        Assert.Equal(5, await Store.DeleteAllAsync(SubscriptionSamples.Database, Cancellation));
        Assert.Equal(0, await Store.DeleteAllAsync(SubscriptionSamples.Database, Cancellation));

        await ReopenAsync();
        await AssertHoldsAsync();
        Assert.Equal([there], await Store.ListAsync(SubscriptionSamples.OtherDatabase, Cancellation));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Create_AfterDeletionUnderTheSameName_IsAnotherSubscription()
    {
        var (old, token) = await CreateLeasedAsync("orders", 900);
        Assert.True(await Store.DeleteAsync(old.Id, Cancellation));
        var recreated = await CreateAsync("ORDERS");

        Assert.Equal(ProgressOutcome.NotFound, await SaveAsync(old.Id, token, 901));
        Assert.Null(await Store.GrantAsync(old.Id, isShared: false, Cancellation));
        Assert.Null(await Store.SetCursorAsync(old.Id, SubscriptionSamples.CursorAt(1), Cancellation));
        Assert.Equal(UpdateOutcome.NotFound, (await Store.UpdateAsync(old.Id, old.Definition, cursor: null, Cancellation)).Outcome);

        await AssertHoldsAsync(recreated);
    }

    /// <summary>Names that are easily lost on the way to a disk and back.</summary>
    public static TheoryData<string> Names() =>
    [
        "orders", "x", "Bestellungen für Übergrößen", "注文/発送", "🚚 deliveries 👩‍👩‍👧", "e\u0301", "é", " padded ", "it's \"quoted\"; --",
        "null", "0", "a/b\\c", "%_*?[]", new string('n', SubscriptionDefinition.MaxNameLength), new string('語', SubscriptionDefinition.MaxNameLength),
    ];
}
