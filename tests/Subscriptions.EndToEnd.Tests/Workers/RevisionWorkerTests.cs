using System.Text;
using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>A .NET worker over gRPC on a subscription to revisions: every version, with the one before it.</summary>
public sealed class RevisionWorkerTests(CliServer server) : IClassFixture<CliServer>
{
    private const string EveryVersion = "from Orders (Revisions = true)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_DocumentsLife_ComesAsPairsInItsOrder()
    {
        await using var client = new SubscriptionsClient(server.Address);
        var database = await CreateAsync(client, EveryVersion);
        await PutAsync(client, database, "orders/1", 1);
        await PutAsync(client, database, "orders/1", 2);
        await client.Documents.DeleteAsync(database, "orders/1", cancellationToken: Cancellation).Within();
        await PutAsync(client, database, "orders/1", 4);

        var items = await DrainAsync(client, database);

        Assert.Equal([(null, 1), (1, 2), (2, null), (null, 4)], items.Select(Pair));
        Assert.Equal([ChangeKind.Put, ChangeKind.Put, ChangeKind.Delete, ChangeKind.Put], items.Select(i => i.Kind));
        Assert.Equal([1, 2, 3, 4], items.Select(i => i.Seqno));
        Assert.Equal([null, items[0].Revision, items[1].Revision], items.Take(3).Select(i => i.PreviousRevision));
        Assert.Equal((false, true), (items[2].HasContent, items[2].HasPrevious));
        Assert.Throws<InvalidOperationException>(() => items[2].As<Order>());
        Assert.Throws<InvalidOperationException>(() => items[0].Previous<Order>());
    }

    [Fact]
    public async Task Worker_ConditionOnBoth_GetsTheChangesThatMatterAndNoOthers()
    {
        await using var client = new SubscriptionsClient(server.Address);
        var database = await CreateAsync(client, "from Orders (Revisions = true) where Current.Total > 1 and Previous.Total <= 1 or Current = null");
        foreach (var total in (int[])[1, 1, 5, 6]) await PutAsync(client, database, "orders/1", total);
        await client.Documents.DeleteAsync(database, "orders/1", cancellationToken: Cancellation).Within();

        var items = await DrainAsync(client, database);

        Assert.Equal([(1, 5), (6, null)], items.Select(Pair));
    }

    [Fact]
    public async Task Worker_Select_MakesOneContentOfBothAlsoOfADeletion()
    {
        await using var client = new SubscriptionsClient(server.Address);
        var database = await CreateAsync(client, EveryVersion + " select Previous.Total as Was, Current.Total as Is");
        await PutAsync(client, database, "orders/1", 1);
        await PutAsync(client, database, "orders/1", 2);
        await client.Documents.DeleteAsync(database, "orders/1", cancellationToken: Cancellation).Within();

        var items = await DrainAsync(client, database);

        Assert.Equal(
            ["""{"Was":null,"Is":1}""", """{"Was":1,"Is":2}""", """{"Was":2,"Is":null}"""],
            items.Select(i => Encoding.UTF8.GetString(i.Content.Span)));
        Assert.All(items, i => Assert.False(i.HasPrevious));
    }

    [Fact]
    public async Task Worker_NacksAVersion_ItComesAgainBeforeLaterOnesOfItsDocumentAndOthersOvertakeIt()
    {
        await using var client = new SubscriptionsClient(server.Address);
        var database = await CreateAsync(client, EveryVersion);
        await PutAsync(client, database, "orders/1", 1);
        await PutAsync(client, database, "orders/1", 2);
        await PutAsync(client, database, "orders/2", 1);
        var done = new List<(string Id, long Seqno, int Attempt)>();
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions(database, "ship") { CloseWhenDrained = true, MaxDocs = 1 });

        await foreach (var batch in worker.ReadBatchesAsync(Cancellation))
        {
            var item = Assert.Single(batch.Items);
            if (item is { Seqno: 1, Attempt: 1 }) await batch.NackItemAsync(item, "not yet", TimeSpan.FromMilliseconds(300), Cancellation).Within();
            else done.Add((item.Id, item.Seqno, item.Attempt));
            await batch.AckAsync(Cancellation).Within();
        }

        Assert.Equal([("orders/2", 3, 1), ("orders/1", 1, 2), ("orders/1", 2, 1)], done);
    }

    private static (int? Was, int? Is) Pair(SubscriptionItem item) => (
        item.HasPrevious ? item.Previous<Order>().Total : null,
        item.HasContent ? item.As<Order>().Total : null);

    private static Task<WriteResult> PutAsync(SubscriptionsClient client, string database, string id, int total) =>
        client.Documents.PutAsync(database, id, new Order(total), "Orders", cancellationToken: Cancellation).Within();

    private static async Task<List<SubscriptionItem>> DrainAsync(SubscriptionsClient client, string database)
    {
        var items = new List<SubscriptionItem>();
        await using var worker = client.OpenWorker(new SubscriptionWorkerOptions(database, "ship") { CloseWhenDrained = true });
        await foreach (var batch in worker.ReadBatchesAsync(Cancellation))
        {
            items.AddRange(batch.Items);
            await batch.AckAsync(Cancellation).Within();
        }

        return items;
    }

    private async Task<string> CreateAsync(SubscriptionsClient client, string query)
    {
        var name = server.NewName();
        var settings = new DatabaseSettings { Revisions = [new CollectionRevisions("Orders")] };
        await client.Databases.CreateAsync(name, settings: settings, cancellationToken: Cancellation).Within();
        await client.Subscriptions.CreateAsync(name, new SubscriptionDefinition("ship", query), cancellationToken: Cancellation).Within();
        return name;
    }

    private sealed record Order(int Total);
}
