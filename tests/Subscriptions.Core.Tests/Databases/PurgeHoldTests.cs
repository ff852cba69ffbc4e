using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

/// <summary>Purges that wait for subscriptions that want deletions.</summary>
public sealed class PurgeHoldTests : IAsyncDisposable
{
    private static readonly DatabaseSettings Holding = new() { TombstoneRetention = TimeSpan.FromDays(1), PurgeHold = TimeSpan.FromDays(2) };

    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "from Orders", 2, 0)]
    [InlineData(true, "from Companies", 2, 0)]
    [InlineData(true, "from Orders", 3, 3)]
    [InlineData(true, "from Orders", 4, 4)]
    [InlineData(true, "from Orders", 0, 4)]
    [InlineData(false, "from Orders", 2, 4)]
    public async Task Purge_WaitsForSubscriptionsThatWantDeletionsAndAreBehind(bool includeDeletes, string query, long cursor, long purged)
    {
        var database = await StartAsync(Holding);
        await SubscribeAsync(database, includeDeletes, query, cursor);

        await database.PurgeAsync(_fixture.Time.GetUtcNow().AddDays(2), Cancellation);
        Assert.Equal(purged, database.Feed.Partitions[0].PurgeSeqno);

        // Nobody is waited for for ever.
        await database.PurgeAsync(_fixture.Time.GetUtcNow().AddDays(3).AddHours(1), Cancellation);
        Assert.Equal(4, database.Feed.Partitions[0].PurgeSeqno);
    }

    [Fact]
    public async Task Purge_WithinTheRetention_PurgesNothing()
    {
        var database = await StartAsync(Holding);

        await database.PurgeAsync(_fixture.Time.GetUtcNow().AddHours(23), Cancellation);

        Assert.Equal(0, database.Feed.Partitions[0].PurgeSeqno);
    }

    [Fact]
    public async Task Purge_WithoutAHold_WaitsForNobody()
    {
        var database = await StartAsync(Holding with { PurgeHold = TimeSpan.Zero });
        await SubscribeAsync(database, includeDeletes: true, "from Orders", cursor: 2);

        await database.PurgeAsync(_fixture.Time.GetUtcNow().AddDays(2), Cancellation);

        Assert.Equal(4, database.Feed.Partitions[0].PurgeSeqno);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    // Changes 3 and 4 are deletions.
    private async Task<Database> StartAsync(DatabaseSettings settings)
    {
        var database = await _fixture.CreateShopAsync(settings);
        await database.WriteAsync([Put("a", "{}"), Put("b", "{}")], Cancellation);
        foreach (var id in (string[])["a", "b"]) await database.DeleteDocumentAsync(id, ExpectedRevision.Any, Cancellation);
        return database;
    }

    private static async Task SubscribeAsync(Database database, bool includeDeletes, string query, long cursor)
    {
        var definition = new SubscriptionDefinition { Database = Shop, Name = "ship", Query = query, IncludeDeletes = includeDeletes };
        StartPoint start = cursor == 0
            ? new StartPoint.Beginning()
            : new StartPoint.Token(new ResumeToken([new Position(0, database.Feed.Partitions[0].FailoverLog.Current, cursor, cursor, cursor, 0)]));
        await database.Subscriptions.CreateAsync(definition, start, Cancellation);
    }
}
