using Subscriptions.Core.Databases;
using Subscriptions.Core.Delivery;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Tests.Databases;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Core.Tests.Databases.CatalogFixture;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>How much one document can bring along.</summary>
public sealed class BatchIncludesTests : IAsyncDisposable
{
    private readonly CatalogFixture _fixture = new();

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

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static IChangeView View() => new QueryCompiler().Compile("from Orders as o include o.Ids[]").CreateView();

    private async Task<IReadOnlyList<Change>> FindAsync(int count, string json)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"c/{i}").ToArray();
        var (database, change) = await OpenAsync(ids, [.. ids.Select(id => Put(id, json, "Companies"))]);
        return (await new BatchIncludes(database.Feed, View()).FindAsync(change, long.MaxValue, Cancellation).Within())!;
    }

    private async Task<(Database Database, Change Change)> OpenAsync(string[] ids, DocumentWrite[] documents)
    {
        var database = await _fixture.CreateShopAsync();
        foreach (var document in documents) await database.WriteAsync([document], Cancellation);
        var json = $$"""{"Ids":[{{string.Join(',', ids.Select(id => $"\"{id}\""))}}]}""";
        await database.WriteAsync([Put("orders/1", json)], Cancellation);
        return (database, (await database.Feed.GetAsync("orders/1", Cancellation))!);
    }
}
