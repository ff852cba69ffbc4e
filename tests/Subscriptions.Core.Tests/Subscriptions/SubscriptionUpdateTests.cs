using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class SubscriptionUpdateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<SubscriptionChanges, ErrorCode?> Endings() => new()
    {
        { new SubscriptionChanges { Query = "from Invoices" }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { Query = "from Orders where Total > $min", Parameters = "{\"min\":1}" }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { IncludeDeletes = true }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { RetryPolicy = SubscriptionSamples.RetryPolicy }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { AckTimeout = TimeSpan.FromSeconds(1) }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { Cursor = new StartPoint.Beginning() }, ErrorCode.SubscriptionChanged },
        { new SubscriptionChanges { Disabled = true }, ErrorCode.SubscriptionDisabled },
        { new SubscriptionChanges { Disabled = true, Query = "from Invoices" }, ErrorCode.SubscriptionDisabled },
        { new SubscriptionChanges { NewName = "invoices" }, null },
        { new SubscriptionChanges { NewName = "ORDERS" }, null },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task UpdateAsync_WhileAWorkerIsConnected_EndsItWhenThatMattersToIt(SubscriptionChanges changes, ErrorCode? ending)
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, _) = await fixture.BeginAsync(entry);

        var (updated, isChanged, isCreated) = await fixture.Registry.UpdateAsync("orders", changes, Cancellation);

        Assert.Same(entry, updated);
        Assert.True(isChanged);
        Assert.False(isCreated);
        Assert.Equal(ending is null, worker.IsConnected);
        if (ending is { } code) Assert.Equal(code, (await worker.Ended).Code);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_EveryField_ChangesThatAndNothingElse()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var before = entry.Stored;

        await fixture.UpdateAsync(new SubscriptionChanges { IncludeDeletes = true });
        Assert.Equal(before with { Definition = before.Definition with { IncludeDeletes = true } }, entry.Stored);
        await fixture.UpdateAsync(new SubscriptionChanges { AckTimeout = TimeSpan.FromHours(24) });
        Assert.Equal(before.Definition with { IncludeDeletes = true, AckTimeout = TimeSpan.FromHours(24) }, entry.Definition);
        await fixture.UpdateAsync(new SubscriptionChanges { AckTimeout = TimeSpan.Zero, IncludeDeletes = false });

        Assert.Equal(before, entry.Stored);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_NothingNewIsNamed_WritesNothingAndEndsNobody()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, _) = await fixture.BeginAsync(entry);
        var same = new SubscriptionChanges
        {
            NewName = "orders",
            Query = entry.Definition.Query,
            IncludeDeletes = false,
            Disabled = false,
            RetryPolicy = new RetryPolicy(),
            AckTimeout = TimeSpan.Zero,
            Parameters = "",
        };

        foreach (var changes in new[] { same, new SubscriptionChanges() })
            Assert.False((await fixture.Registry.UpdateAsync("ORDERS", changes, Cancellation)).IsChanged);

        Assert.Equal(0, fixture.Store.CountOf(SubscriptionStoreCall.Update));
        Assert.True(worker.IsConnected);
    }

    [Fact]
    public async Task UpdateAsync_Rename_IsFoundUnderTheNewNameOnly()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);

        await fixture.UpdateAsync(new SubscriptionChanges { NewName = "Invoices" });

        Assert.Same(entry, fixture.Registry.Get("INVOICES"));
        Assert.Equal(ErrorCode.SubscriptionNotFound, Assert.Throws<EngineException>(() => fixture.Registry.Get("orders")).Code);
        var save = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(7), null);
        Assert.Equal(ProgressOutcome.Saved, await fixture.Registry.SaveAsync(entry, save, Cancellation));
        Assert.Equal(SubscriptionSamples.CursorAt(7), fixture.Registry.Get("invoices").Stored.Progress.Cursor);

        // Both names are of use again.
        var next = await fixture.CreateAsync();
        Assert.NotEqual(entry.Id, next.Id);
        await fixture.Registry.DeleteAsync("invoices", Cancellation);
        Assert.Equal([next], fixture.Registry.List());
    }

    [Fact]
    public async Task UpdateAsync_NewNameIsTaken_ChangesNothing()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.CreateAsync("Öl");
        var before = entry.Stored;

        var refusal = await Assert.ThrowsAsync<EngineException>(
            () => fixture.UpdateAsync(new SubscriptionChanges { NewName = "öL", Query = "from Invoices", Cursor = new StartPoint.Now() }));

        Assert.Equal(ErrorCode.SubscriptionExists, refusal.Code);
        Assert.Equal(before, entry.Stored);
        Assert.Equal(0, fixture.Store.CountOf(SubscriptionStoreCall.Update));
    }

    [Fact]
    public async Task UpdateAsync_QueryThatCannotBeUsed_ChangesNothing()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (before, worker) = (entry.Stored, fixture.Connect(entry));
        await worker.Granted;

        await Assert.ThrowsAsync<QueryException>(() => fixture.UpdateAsync(new SubscriptionChanges { Query = "from", NewName = "x" }));
        await Assert.ThrowsAsync<QueryException>(() => fixture.UpdateAsync(new SubscriptionChanges { Query = "from Orders where Total > $min" }));
        await Assert.ThrowsAsync<QueryException>(() => fixture.UpdateAsync(new SubscriptionChanges { Parameters = "{\"unused\":1}" }));
        await Assert.ThrowsAsync<InvalidInputException>(() => fixture.UpdateAsync(new SubscriptionChanges { Parameters = "[1]" }));

        Assert.Equal(before.Definition, entry.Definition);
        Assert.Equal(before.Definition, Assert.Single(await fixture.ReadStoreAsync()).Definition);
        Assert.True(worker.IsConnected);
    }

    [Theory]
    [InlineData(999, "ack_timeout")]
    [InlineData(86_400_001, "ack_timeout")]
    [InlineData(-1, "ack_timeout")]
    public async Task UpdateAsync_AckTimeoutOutsideItsRange_IsRefused(int milliseconds, string field)
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await fixture.CreateAsync();

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(
            () => fixture.UpdateAsync(new SubscriptionChanges { AckTimeout = TimeSpan.FromMilliseconds(milliseconds) }));

        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public async Task UpdateAsync_QueryAndCursor_AreOneWriteThatFencesTheHolder()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);
        await fixture.Registry.SaveAsync(entry, new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(9), null), Cancellation);

        await fixture.UpdateAsync(new SubscriptionChanges { Query = "from Invoices", Cursor = new StartPoint.Beginning() });

        var late = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(10), null);
        Assert.Equal(ProgressOutcome.Fenced, await fixture.Registry.SaveAsync(entry, late, Cancellation));
        Assert.Equal(1, fixture.Store.CountOf(SubscriptionStoreCall.Update));
        Assert.Equal(0, fixture.Store.CountOf(SubscriptionStoreCall.SetCursor));
        Assert.Equal(ResumeToken.Beginning, entry.Stored.Progress.Cursor);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_QueryWhileAWorkerBegins_TheWorkerComesAgainForWhatHoldsThen()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var granted = await fixture.Connect(entry).Granted;
        var hold = fixture.Store.HoldNext(SubscriptionStoreCall.Update, HoldPoint.BeforeAnswering);
        var updating = fixture.UpdateAsync(new SubscriptionChanges { Query = "from Invoices" });
        await hold.Reached.Within();

        var refusal = Assert.Throws<EngineException>(() => fixture.Registry.Begin(entry, granted));
        hold.Release();
        await updating.Within();

        Assert.Equal(ErrorCode.SubscriptionChanged, refusal.Code);
        Assert.Equal("from Invoices", fixture.Registry.Begin(entry, granted).Definition.Query);
    }

    [Fact]
    public async Task UpdateAsync_QueryThatIsNoLongerUnderstood_DoesNotStandInTheWayOfOtherChanges()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var old = SubscriptionSamples.Subscription("orders");
        await fixture.Store.CreateAsync(old with { Definition = old.Definition with { Query = "once upon a time" } }, Cancellation);
        await fixture.Registry.LoadAsync(Cancellation);

        var entry = await fixture.Registry.SetDisabledAsync("orders", true, Cancellation);

        Assert.True(entry.Definition.Disabled);
        await Assert.ThrowsAsync<QueryException>(() => fixture.UpdateAsync(new SubscriptionChanges { Parameters = "{\"min\":1}" }));
    }

    [Fact]
    public async Task UpdateAsync_QueryDuringASave_KeepsWhatWasSaved()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (_, granted) = await fixture.BeginAsync(entry);
        var hold = fixture.Store.HoldNext(SubscriptionStoreCall.Update, HoldPoint.BeforeAnswering);
        var updating = fixture.UpdateAsync(new SubscriptionChanges { Query = "from Invoices" });
        await hold.Reached.Within();

        var save = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(7), null);
        Assert.Equal(ProgressOutcome.Saved, await fixture.Registry.SaveAsync(entry, save, Cancellation));
        hold.Release();
        await updating.Within();

        Assert.Equal(SubscriptionSamples.CursorAt(7), entry.Stored.Progress.Cursor);
    }

    [Fact]
    public async Task UpdateAsync_EnableAfterAStop_ForgetsTheReason()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.Registry.StopAsync(entry, "'o1' failed 5 times", Cancellation);
        await fixture.UpdateAsync(new SubscriptionChanges { Query = "from Invoices" });
        Assert.Equal("'o1' failed 5 times", entry.Definition.StoppedReason);

        await fixture.Registry.SetDisabledAsync("orders", false, Cancellation);

        Assert.Equal(SubscriptionSamples.Definition("orders") with { Query = "from Invoices" }, entry.Definition);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }
}
