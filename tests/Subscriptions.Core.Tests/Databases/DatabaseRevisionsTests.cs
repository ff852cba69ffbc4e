using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Validation;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Databases;

public sealed class DatabaseRevisionsTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SetRevisionsAsync_OneCollection_LeavesTheOthers()
    {
        var database = await _fixture.CreateShopAsync();

        await database.SetRevisionsAsync("Orders", new CollectionRevisions { MaxCount = 3 }, Cancellation);
        await database.SetRevisionsAsync("Companies", new CollectionRevisions(), Cancellation);
        await database.SetRevisionsAsync("Orders", new CollectionRevisions { MaxCount = 4 }, Cancellation);

        Assert.Equal(["Companies", "Orders"], database.Info.Settings.Revisions.Collections.Keys);
        Assert.Equal(4, database.Info.Settings.Revisions.Of("Orders")!.MaxCount);
        await database.SetRevisionsAsync("Companies", null, Cancellation);
        Assert.Equal(["Orders"], database.Info.Settings.Revisions.Collections.Keys);
    }

    [Fact]
    public async Task SetRevisionsAsync_OutsideALimit_ChangesNothing()
    {
        var database = await _fixture.CreateShopAsync();

        await Assert.ThrowsAsync<InvalidInputException>(
            () => database.SetRevisionsAsync("Orders", new CollectionRevisions { MaxCount = 0 }, Cancellation).AsTask());

        Assert.True(database.Info.Settings.Revisions.IsEmpty);
    }

    [Fact]
    public async Task SetRevisionsAsync_ManyAtOnce_NoneIsLost()
    {
        var database = await _fixture.CreateShopAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(
            () => database.SetRevisionsAsync($"c{n}", new CollectionRevisions(), Cancellation).AsTask(), Cancellation))).Within();

        Assert.Equal(50, database.Info.Settings.Revisions.Collections.Count);
    }

    [Fact]
    public async Task CreateAsync_RevisionsWereSetSince_IsTheSameDatabase()
    {
        var database = await _fixture.CreateShopAsync();
        await database.SetRevisionsAsync("Orders", new CollectionRevisions(), Cancellation);

        var (again, isCreated) = await _fixture.Catalog.CreateAsync(Shop, 1, new DatabaseSettings(), Cancellation);
        var other = new DatabaseSettings { Revisions = RevisionSettings.None.With("Orders", new CollectionRevisions { MaxCount = 9 }) };

        Assert.Same(database, again);
        Assert.False(isCreated);
        var e = await Assert.ThrowsAsync<EngineException>(() => _fixture.Catalog.CreateAsync(Shop, 1, other, Cancellation));
        Assert.Equal(ErrorCode.DatabaseExists, e.Code);
    }

    [Fact]
    public async Task RequireRevisions_NoneAreKept_SaysHowToSwitchThemOn()
    {
        var database = await _fixture.CreateShopAsync();

        var e = Assert.Throws<EngineException>(() => database.RequireRevisions("Orders"));

        Assert.Equal(ErrorCode.RevisionsNotConfigured, e.Code);
        Assert.Equal(("shop", "Orders"), (e.Metadata["database"], e.Metadata["collection"]));
        Assert.Contains("subs db revisions shop Orders", e.Message, StringComparison.Ordinal);
        Assert.Contains("SetRevisions", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsReconnect);
        Assert.Equal("@all_docs", Assert.Throws<EngineException>(() => database.RequireRevisions(null)).Metadata["collection"]);

        await database.SetRevisionsAsync("Orders", new CollectionRevisions(), Cancellation);
        database.RequireRevisions("Orders");
        database.RequireRevisions(null);
        Assert.Throws<EngineException>(() => database.RequireRevisions("Companies"));
    }

    [Fact]
    public async Task GetDocumentAsync_OfARevision_IsThatVersionOrNotFound()
    {
        var database = await _fixture.CreateShopAsync();
        await database.WriteAsync([Put("{\"n\":0}")], Cancellation);
        await database.SetRevisionsAsync("Orders", new CollectionRevisions(), Cancellation);
        var first = (await database.WriteAsync([Put("{\"n\":1}")], Cancellation))[0].Revision;
        var newest = (await database.WriteAsync([Put("{\"n\":2}")], Cancellation))[0].Revision;

        Assert.Equal("{\"n\":1}", Text(await database.GetDocumentAsync("a", first, Cancellation)));
        Assert.Equal("{\"n\":2}", Text(await database.GetDocumentAsync("a", newest, Cancellation)));
        Assert.Equal(2, (await database.ListRevisionsAsync("a", 0, 10, Cancellation)).Count);

        var deletion = (await database.DeleteDocumentAsync("a", ExpectedRevision.Any, Cancellation)).Revision;
        Assert.Equal("{\"n\":2}", Text(await database.GetDocumentAsync("a", newest, Cancellation)));
        foreach (var missing in new[] { deletion, new Revision(1, 1) })
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => database.GetDocumentAsync("a", missing, Cancellation).AsTask());
            Assert.Equal((ErrorCode.DocumentNotFound, missing.ToString()), (e.Code, e.Metadata["revision"]));
        }
    }

    [Fact]
    public async Task Sweeper_VersionsInExcess_AreTrimmedWithinMinutes()
    {
        var database = await _fixture.CreateShopAsync();
        await database.SetRevisionsAsync("Orders", new CollectionRevisions { MaxCount = 1 }, Cancellation);
        for (var i = 0; i < 3; i++) await database.WriteAsync([Put("{}")], Cancellation);
        using var stop = new CancellationTokenSource();
        var sweeping = new DatabaseSweeper(_fixture.Catalog, _fixture.Time, (_, e) => throw e).RunAsync(stop.Token);

        while ((await database.GetStatisticsAsync(Cancellation)).Revisions > 1)
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await sweeping.Within();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static DocumentWrite Put(string json) => CatalogFixture.Put("a", json);

    private static string Text(Change change) => Encoding.UTF8.GetString(change.Content.Span);
}
