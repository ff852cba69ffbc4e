using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
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

        await UpdateAsync(fixture, new SubscriptionChanges { IncludeDeletes = true });
        Assert.Equal(before with { Definition = before.Definition with { IncludeDeletes = true } }, entry.Stored);
        await UpdateAsync(fixture, new SubscriptionChanges { AckTimeout = TimeSpan.FromHours(24) });
        Assert.Equal(before.Definition with { IncludeDeletes = true, AckTimeout = TimeSpan.FromHours(24) }, entry.Definition);
        await UpdateAsync(fixture, new SubscriptionChanges { AckTimeout = TimeSpan.Zero, IncludeDeletes = false });

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
    public async Task UpdateAsync_AfterAFailureThatHadStoredIt_DoesNotTakeMemorysWord()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        fixture.Store.FailNext(SubscriptionStoreCall.Update, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(() => fixture.Registry.SetDisabledAsync("orders", true, Cancellation));
        Assert.True(Assert.Single(await fixture.ReadStoreAsync()).Definition.Disabled);

        await fixture.Registry.SetDisabledAsync("orders", false, Cancellation);

        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
        Assert.False(entry.Definition.Disabled);
    }

    [Fact]
    public async Task CreateAsync_AfterADeletionThatFailedAndWasStored_IsDurable()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var old = await fixture.CreateAsync();
        var (worker, _) = await fixture.BeginAsync(old);
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        fixture.Store.FailNext(SubscriptionStoreCall.Delete, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(() => fixture.Registry.DeleteAsync("orders", Cancellation));

        var next = await fixture.CreateAsync();

        Assert.NotEqual(old.Id, next.Id);
        Assert.Equal(ErrorCode.SubscriptionNotFound, (await worker.Ended).Code);
        Assert.Equal(await fixture.ReadStoreAsync(), [next.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_AfterAMoveThatFailedAndWasStored_EndsTheFencedWorker()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);
        await fixture.Registry.SaveAsync(entry, new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(9), null), Cancellation);
        var fault = new StoreException(StoreFault.Io, "the sync failed") { OutcomeUnknown = true };
        fixture.Store.FailNext(SubscriptionStoreCall.SetCursor, fault, HoldPoint.BeforeAnswering);
        await Assert.ThrowsAsync<StoreException>(() => fixture.Registry.SetCursorAsync("orders", new StartPoint.Beginning(), Cancellation));

        await UpdateAsync(fixture, new SubscriptionChanges { NewName = "invoices" });

        Assert.Equal(ErrorCode.SubscriptionChanged, (await worker.Ended).Code);
        Assert.Equal(ResumeToken.Beginning, entry.Stored.Progress.Cursor);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_Rename_IsFoundUnderTheNewNameOnly()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);

        await UpdateAsync(fixture, new SubscriptionChanges { NewName = "Invoices" });

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
            () => UpdateAsync(fixture, new SubscriptionChanges { NewName = "öL", Query = "from Invoices", Cursor = new StartPoint.Now() }));

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

        await Assert.ThrowsAsync<QueryException>(() => UpdateAsync(fixture, new SubscriptionChanges { Query = "from", NewName = "x" }));
        await Assert.ThrowsAsync<QueryException>(() => UpdateAsync(fixture, new SubscriptionChanges { Query = "from Orders where Total > $min" }));
        await Assert.ThrowsAsync<QueryException>(() => UpdateAsync(fixture, new SubscriptionChanges { Parameters = "{\"unused\":1}" }));
        await Assert.ThrowsAsync<InvalidInputException>(() => UpdateAsync(fixture, new SubscriptionChanges { Parameters = "[1]" }));

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
            () => UpdateAsync(fixture, new SubscriptionChanges { AckTimeout = TimeSpan.FromMilliseconds(milliseconds) }));

        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public async Task CreateAsync_SettingsOutsideTheirRange_AreRefused()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var definition = SubscriptionSamples.Definition("orders");

        async Task<string> FieldOfAsync(SubscriptionDefinition wrong) => (await Assert.ThrowsAsync<InvalidInputException>(
            () => fixture.Registry.CreateAsync(wrong, new StartPoint.Beginning(), Cancellation))).Field;

        Assert.Equal("definition.ack_timeout", await FieldOfAsync(definition with { AckTimeout = TimeSpan.Zero }));
        Assert.Equal("definition.retry_policy.max_attempts", await FieldOfAsync(definition with { RetryPolicy = new RetryPolicy { MaxAttempts = 0 } }));
        Assert.Equal("definition.parameters", await FieldOfAsync(definition with { Parameters = "no object" }));
        Assert.Empty(await fixture.ReadStoreAsync());
    }

    [Fact]
    public async Task UpdateAsync_QueryAndCursor_AreOneWriteThatFencesTheHolder()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (worker, granted) = await fixture.BeginAsync(entry);
        await fixture.Registry.SaveAsync(entry, new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(9), null), Cancellation);

        await UpdateAsync(fixture, new SubscriptionChanges { Query = "from Invoices", Cursor = new StartPoint.Beginning() });

        var late = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(10), null);
        Assert.Equal(ProgressOutcome.Fenced, await fixture.Registry.SaveAsync(entry, late, Cancellation));
        Assert.Equal(1, fixture.Store.CountOf(SubscriptionStoreCall.Update));
        Assert.Equal(0, fixture.Store.CountOf(SubscriptionStoreCall.SetCursor));
        Assert.Equal(ResumeToken.Beginning, entry.Stored.Progress.Cursor);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Fact]
    public async Task UpdateAsync_QueryDuringASave_KeepsWhatWasSaved()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        var (_, granted) = await fixture.BeginAsync(entry);
        var hold = fixture.Store.HoldNext(SubscriptionStoreCall.Update, HoldPoint.BeforeAnswering);
        var updating = UpdateAsync(fixture, new SubscriptionChanges { Query = "from Invoices" });
        await hold.Reached.Within();

        var save = new ProgressUpdate(entry.Id, granted.Token, SubscriptionSamples.CursorAt(7), null);
        Assert.Equal(ProgressOutcome.Saved, await fixture.Registry.SaveAsync(entry, save, Cancellation));
        hold.Release();
        await updating.Within();

        Assert.Equal(SubscriptionSamples.CursorAt(7), entry.Stored.Progress.Cursor);
    }

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

        var refusal = await Assert.ThrowsAsync<EngineException>(() => UpdateAsync(fixture, changes));
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
            () => UpdateAsync(fixture, new SubscriptionChanges { AllowMissing = true, Disabled = true }));
        var renamed = await Assert.ThrowsAsync<InvalidInputException>(
            () => UpdateAsync(fixture, new SubscriptionChanges { AllowMissing = true, Query = "from Orders", NewName = "x" }));
        await Assert.ThrowsAsync<QueryException>(() => UpdateAsync(fixture, new SubscriptionChanges { AllowMissing = true, Query = "from" }));

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
            () => UpdateAsync(fixture, new SubscriptionChanges { AllowMissing = true, Query = "from Orders" }));

        Assert.Equal(ErrorCode.LimitExceeded, refusal.Code);
    }

    [Fact]
    public async Task UpdateAsync_EnableAfterAStop_ForgetsTheReason()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var entry = await fixture.CreateAsync();
        await fixture.Registry.StopAsync(entry, "'o1' failed 5 times", Cancellation);
        await UpdateAsync(fixture, new SubscriptionChanges { Query = "from Invoices" });
        Assert.Equal("'o1' failed 5 times", entry.Definition.StoppedReason);

        await fixture.Registry.SetDisabledAsync("orders", false, Cancellation);

        Assert.Equal(SubscriptionSamples.Definition("orders") with { Query = "from Invoices" }, entry.Definition);
        Assert.Equal(await fixture.ReadStoreAsync(), [entry.Stored]);
    }

    [Theory]
    [InlineData(OpeningStrategy.Fail)]
    [InlineData(OpeningStrategy.Concurrent)]
    public async Task DeleteAsync_ThenCreatedAgain_TheOldWorkerIsEndedAndCannotSave(OpeningStrategy strategy)
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var old = await fixture.CreateAsync();
        var worker = fixture.Connect(old, strategy: strategy);
        var granted = await worker.Granted;

        await fixture.Registry.DeleteAsync("orders", Cancellation);
        var next = await fixture.CreateAsync();

        Assert.Equal(ErrorCode.SubscriptionNotFound, (await worker.Ended).Code);
        var save = new ProgressUpdate(old.Id, granted.Token, SubscriptionSamples.CursorAt(900), null);
        Assert.Equal(ProgressOutcome.NotFound, await fixture.Registry.SaveAsync(old, save, Cancellation));
        Assert.Equal(ErrorCode.SubscriptionNotFound, Assert.Throws<EngineException>(() => fixture.Registry.Begin(old, granted)).Code);
        Assert.Equal(ResumeToken.Beginning, next.Stored.Progress.Cursor);
        Assert.Equal(await fixture.ReadStoreAsync(), [next.Stored]);
    }

    private static Task<(SubscriptionEntry Entry, bool IsChanged, bool IsCreated)> UpdateAsync(RegistryFixture fixture, SubscriptionChanges changes) =>
        fixture.Registry.UpdateAsync("orders", changes, Cancellation);
}
