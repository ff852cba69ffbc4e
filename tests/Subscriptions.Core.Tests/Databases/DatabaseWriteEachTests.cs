using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Databases;

public sealed class DatabaseWriteEachTests : IAsyncDisposable
{
    private readonly DatabaseCatalog _catalog;

    public DatabaseWriteEachTests()
    {
        var time = new FakeTimeProvider();
        var store = new FakeSubscriptionStore();
        var registry = new RegistryServices(store, new SubscriptionLeaseManager(store), MaxSubscriptions: 2, time);
        _catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(new FakeDisk(), time), registry, new DatabaseCatalogOptions());
    }

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

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    private static DocumentWrite Put(string id, string json) =>
        new() { Kind = WriteKind.Put, Id = id, Content = System.Text.Encoding.UTF8.GetBytes(json) };

    private async Task<Database> CreateAsync() =>
        (await _catalog.CreateAsync(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), Cancellation).Within()).Database;
}
