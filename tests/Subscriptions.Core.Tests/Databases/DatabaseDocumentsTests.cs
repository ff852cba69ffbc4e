using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Databases;

public sealed class DatabaseDocumentsTests : IAsyncDisposable
{
    private readonly DatabaseCatalog _catalog;

    public DatabaseDocumentsTests()
    {
        var time = new FakeTimeProvider();
        var store = new FakeSubscriptionStore();
        var registry = new RegistryServices(store, new SubscriptionLeaseManager(store), MaxSubscriptions: 2, time);
        _catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(new FakeDisk(), time) { MaxLocals = 3 }, registry, new DatabaseCatalogOptions());
    }

    private static byte[] Json => "{}"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteEachAsync_SomeAreInvalidOrConflict_EachHasItsOutcomeInPlace()
    {
        var database = await CreateAsync();

        var outcomes = await database.WriteEachAsync(
            [
                Put("_secret", "{}"),
                Put("a", "{}"),
                Put("b", "[]"),
                Put("a", "{}") with { Expected = ExpectedRevision.Absent },
                Put("c", "{}"),
            ],
            Cancellation).Within();

        Assert.Equal(["_secret", "a", "b", "a", "c"], outcomes.Select(o => o.Id));
        Assert.Equal("operations[0].id", Assert.IsType<WriteEachOutcome.Invalid>(outcomes[0]).Error.Field);
        Assert.Equal(1, Assert.IsType<WriteEachOutcome.Done>(outcomes[1]).Outcome.Seqno);
        Assert.Equal("operations[2].content", Assert.IsType<WriteEachOutcome.Invalid>(outcomes[2]).Error.Field);
        Assert.IsType<WriteEachOutcome.Conflict>(outcomes[3]);
        Assert.Equal(2, Assert.IsType<WriteEachOutcome.Done>(outcomes[4]).Outcome.Seqno);
        Assert.Equal((1, 2, 1), (database.Writes.Requests, database.Writes.Operations, database.Writes.Conflicts));
    }

    [Fact]
    public async Task WriteEachAsync_AllAreInvalid_NothingIsAskedOfTheStore()
    {
        var database = await CreateAsync();

        var outcomes = await database.WriteEachAsync([Put("", "{}")], Cancellation).Within();

        Assert.IsType<WriteEachOutcome.Invalid>(Assert.Single(outcomes));
        Assert.Equal((0, 0, 0), (database.Writes.Requests, database.Writes.Operations, database.Writes.Conflicts));
    }

    [Fact]
    public async Task WriteEachAsync_NoOperations_IsRefused()
    {
        var database = await CreateAsync();

        await Assert.ThrowsAsync<InvalidInputException>(() => database.WriteEachAsync([], Cancellation).AsTask());
    }

    [Fact]
    public async Task WriteEachAsync_HistoryOutsideItsLimits_IsInvalid()
    {
        var database = await CreateAsync();
        var writes = new[]
        {
            Put("a", "{}") with { History = new RevisionHistory(new Revision(RevisionHistory.MaxGeneration + 1, 1), []) },
            Put("a", "{}") with { History = new RevisionHistory(new Revision(0, 1), []) },
            Put("a", "{}") with { History = new RevisionHistory(new Revision(2, 1), [2, 3]) },
            Put("a", "{}") with { Kind = WriteKind.Touch, History = new RevisionHistory(new Revision(2, 1), [2]) },
        };

        var outcomes = await database.WriteEachAsync(writes, Cancellation).Within();

        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => $"operations[{i}].history"), outcomes.Select(o => Assert.IsType<WriteEachOutcome.Invalid>(o).Error.Field));
        Assert.Null(await database.FindDocumentAsync("a", Cancellation));
        var most = new RevisionHistory(new Revision(RevisionHistory.MaxGeneration, 1), []);
        Assert.IsType<WriteEachOutcome.Done>((await database.WriteEachAsync([Put("a", "{}") with { History = most }], Cancellation))[0]);
        Assert.Equal(most.Revision, (await database.GetHistoryAsync("a", Cancellation))!.Revision);
    }

    [Fact]
    public async Task WriteLocalAsync_ConflictsAndLimits_AreNamed()
    {
        var database = await CreateAsync();

        Assert.Equal(1, await database.WriteLocalAsync("_any", Json, 0, Cancellation));
        var conflict = await Assert.ThrowsAsync<EngineException>(() => database.WriteLocalAsync("_any", Json, 0, Cancellation).AsTask());
        Assert.Equal((ErrorCode.RevisionConflict, "0-1"), (conflict.Code, conflict.Metadata["current_revision"]));
        var absent = await Assert.ThrowsAsync<EngineException>(() => database.WriteLocalAsync("b", Json, 1, Cancellation).AsTask());
        Assert.Equal((ErrorCode.RevisionConflict, ""), (absent.Code, absent.Metadata["current_revision"]));
        await Assert.ThrowsAsync<InvalidInputException>(() => database.WriteLocalAsync("", Json, 0, Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => database.WriteLocalAsync("b", "[]"u8.ToArray(), 0, Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => database.WriteLocalAsync("b", Json, -1, Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => database.GetLocalAsync(new string('x', 513), Cancellation).AsTask());
        Assert.Null(await database.GetLocalAsync("b", Cancellation));
    }

    [Fact]
    public async Task WriteLocalAsync_TooMany_NamesTheLimit()
    {
        var database = await CreateAsync();
        for (var i = 0; i < 3; i++) await database.WriteLocalAsync($"{i}", Json, 0, Cancellation);

        var error = await Assert.ThrowsAsync<EngineException>(() => database.WriteLocalAsync("more", Json, 0, Cancellation).AsTask());

        Assert.Equal(ErrorCode.LimitExceeded, error.Code);
        Assert.Equal(2, await database.WriteLocalAsync("0", Json, 1, Cancellation));
    }

    [Fact]
    public async Task DeleteLocalAsync_NamesTheCurrentVersion_Deletes()
    {
        var database = await CreateAsync();
        await database.WriteLocalAsync("a", Json, 0, Cancellation);

        var conflict = await Assert.ThrowsAsync<EngineException>(() => database.DeleteLocalAsync("a", 2, Cancellation).AsTask());
        await database.DeleteLocalAsync("a", 1, Cancellation);

        Assert.Equal(ErrorCode.RevisionConflict, conflict.Code);
        Assert.Null(await database.GetLocalAsync("a", Cancellation));
        var missing = await Assert.ThrowsAsync<EngineException>(() => database.DeleteLocalAsync("a", 1, Cancellation).AsTask());
        Assert.Equal(ErrorCode.DocumentNotFound, missing.Code);
    }

    [Fact]
    public async Task ListDocumentsAsync_NumbersOutsideTheirLimits_AreRefused()
    {
        var database = await CreateAsync();
        await database.WriteEachAsync([Put("b", "{}"), Put("a", "{}")], Cancellation);

        Assert.Equal(["a", "b"], (await database.ListDocumentsAsync(new DocumentRange(), Cancellation)).Documents.Select(d => d.Id));
        await Assert.ThrowsAsync<InvalidInputException>(() => database.ListDocumentsAsync(new DocumentRange { Skip = -1 }, Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => database.ListDocumentsAsync(new DocumentRange { MaxCount = 0 }, Cancellation).AsTask());
    }

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    private static DocumentWrite Put(string id, string json) =>
        new() { Kind = WriteKind.Put, Id = id, Content = System.Text.Encoding.UTF8.GetBytes(json) };

    private async Task<Database> CreateAsync() =>
        (await _catalog.CreateAsync(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), Cancellation).Within()).Database;
}
