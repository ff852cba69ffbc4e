using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Subscriptions;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Documents;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>How much one document can bring along.</summary>
public sealed class BatchIncludesTests : IAsyncDisposable
{
    private readonly DatabaseCatalog _catalog;

    public BatchIncludesTests()
    {
        var time = new FakeTimeProvider();
        var store = new FakeSubscriptionStore();
        var registry = new RegistryServices(store, new SubscriptionLeaseManager(store), MaxSubscriptions: 2, time);
        _catalog = new DatabaseCatalog(new FakeDocumentStoreProvider(timeProvider: time), registry, new DatabaseCatalogOptions { MaxDatabases = 2, TailBytes = 1_000_000 });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_MoreDocumentsThanTheLimit_LeavesTheRestOut()
    {
        var found = await FindAsync(BatchIncludes.MaxDocuments + 1, "{}");

        Assert.Equal(BatchIncludes.MaxDocuments, found.Count);
        Assert.Equal("c/0", found[0].Id);
    }

    [Fact]
    public async Task Find_MoreBytesThanTheLimit_LeavesTheRestOut()
    {
        var found = await FindAsync(12, $$"""{"x":"{{new string('x', 3_000_000)}}"}""");

        Assert.Equal(11, found.Count);
        Assert.True(found.Sum(document => (long)document.Size) <= BatchIncludes.MaxBytes);
    }

    [Fact]
    public async Task Find_WhatCanBeNoId_IsNotLookedFor()
    {
        var ids = new[] { "", "_local/x", new string('x', 513), new string('é', 300), new string('x', 5000) };
        var (database, change) = await OpenAsync(ids, []);

        var includes = new BatchIncludes(database.Feed, View());

        Assert.Empty((await includes.FindAsync(change, BatchIncludes.MaxBytes, Cancellation).Within())!);
    }

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    private static IChangeView View() => new QueryCompiler().Compile("from Orders as o include o.Ids[]").CreateView();

    private async Task<IReadOnlyList<Change>> FindAsync(int count, string json)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"c/{i}").ToArray();
        var (database, change) = await OpenAsync(ids, [.. ids.Select(id => Put(id, "Companies", json))]);
        return (await new BatchIncludes(database.Feed, View()).FindAsync(change, long.MaxValue, Cancellation).Within())!;
    }

    private async Task<(Database Database, Change Change)> OpenAsync(string[] ids, DocumentWrite[] documents)
    {
        var (database, _) = await _catalog.CreateAsync(DatabaseName.Parse("shop"), 1, new DatabaseSettings(), Cancellation);
        foreach (var document in documents) await database.WriteAsync([document], Cancellation);
        var json = $$"""{"Ids":[{{string.Join(',', ids.Select(id => $"\"{id}\""))}}]}""";
        await database.WriteAsync([Put("orders/1", "Orders", json)], Cancellation);
        return (database, (await database.Feed.GetAsync("orders/1", Cancellation))!);
    }

    private static DocumentWrite Put(string id, string collection, string json) =>
        new() { Kind = WriteKind.Put, Id = id, Collection = collection, Content = Encoding.UTF8.GetBytes(json) };
}
