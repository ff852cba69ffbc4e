using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

/// <summary>Updates of subscriptions that do not exist.</summary>
public sealed class SubscriptionUpsertTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UpdateAsync_Missing_IsNotFoundOrCreatedAsAsked()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var changes = new SubscriptionChanges
        {
            Query = "from Orders where Total > $min",
            Parameters = "{\"min\":1}",
            IncludeDeletes = true,
            AckTimeout = TimeSpan.FromMinutes(1),
            Cursor = new StartPoint.Now(),
        };

        var refusal = await Assert.ThrowsAsync<EngineException>(() => fixture.UpdateAsync(changes));
        Assert.Equal(ErrorCode.SubscriptionNotFound, refusal.Code);

        var upsert = changes with { AllowMissing = true };
        var (entry, isChanged, isCreated) = await fixture.Registry.UpdateAsync("orders", upsert, Cancellation);
        Assert.True(isChanged);
        Assert.True(isCreated);
        var expected = SubscriptionSamples.Definition("orders") with
        {
            Query = changes.Query,
            Parameters = changes.Parameters,
            IncludeDeletes = true,
            AckTimeout = TimeSpan.FromMinutes(1),
        };
        Assert.Equal(expected, entry.Definition);

        var again = await fixture.Registry.UpdateAsync("ORDERS", upsert with { Cursor = null }, Cancellation);
        Assert.Equal((entry, false, false), again);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_MissingAndNotEnoughToCreateIt_IsRefused()
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var noQuery = await Assert.ThrowsAsync<InvalidInputException>(
            () => fixture.UpdateAsync(new SubscriptionChanges { AllowMissing = true, Disabled = true }));
        var renamed = await Assert.ThrowsAsync<InvalidInputException>(
            () => fixture.UpdateAsync(new SubscriptionChanges { AllowMissing = true, Query = "from Orders", NewName = "x" }));
        await Assert.ThrowsAsync<QueryException>(() => fixture.UpdateAsync(new SubscriptionChanges { AllowMissing = true, Query = "from" }));

        Assert.Equal(("query", "new_name"), (noQuery.Field, renamed.Field));
        Assert.Empty(fixture.Registry.List());
        Assert.Empty(await fixture.ReadStoreAsync());
    }

    [Fact]
    public async Task UpdateAsync_UpsertBeyondTheLimit_IsRefused()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        for (var i = 0; i < RegistryFixture.MaxSubscriptions; i++) await fixture.CreateAsync($"s{i}");

        var refusal = await Assert.ThrowsAsync<EngineException>(
            () => fixture.UpdateAsync(new SubscriptionChanges { AllowMissing = true, Query = "from Orders" }));

        Assert.Equal(ErrorCode.LimitExceeded, refusal.Code);
    }
}
