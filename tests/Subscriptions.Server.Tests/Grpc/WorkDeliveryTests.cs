using Google.Protobuf;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class WorkDeliveryTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Work_DocumentsOfTheCollection_AreDeliveredAndConfirmed()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.WriteAsync(Requests.Put("orders/1"), Requests.Put("companies/1", collection: "Companies"), Requests.Put("orders/2"));
        using var worker = await server.OpenAsync();

        var batch = await worker.AckNextAsync();

        Assert.Equal(["orders/1", "orders/2"], batch.Items.Select(i => i.Id));
        Assert.Equal(1, batch.BatchId);
        Assert.Equal(batch.ChangeVector, (await server.GetSubscriptionAsync()).ChangeVector);
    }

    [Fact]
    public async Task Work_Item_HasAllThatTheDocumentHas()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var put = Requests.Put("orders/1", """{ "Ship":  "fast" }""");
        put.Put.ExpiresAt = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 4_000_000_000 };
        var outcome = (await server.WriteAsync(put)).Outcomes[0];
        using var worker = await server.OpenAsync();

        var item = Assert.Single((await worker.ReceiveBatchAsync()).Items);

        Assert.Equal("""{ "Ship":  "fast" }""", item.Content.ToStringUtf8());
        Assert.Equal(("orders/1", "Orders", outcome.Revision, 1L), (item.Id, item.Collection, item.Revision, item.Seqno));
        Assert.Equal((ChangeKind.Put, 1, 4_000_000_000_000), (item.Kind, item.Attempt, item.ExpiresAtUnixMs));
        Assert.InRange(item.ChangedAtUnixMs, 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Work_Opened_TellsWhatHolds()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Delivery = s.Delivery with { Node = "node-1" } });
        await server.SetUpShopAsync();
        using var worker = server.Connect();
        await worker.OpenAsync(Requests.Open());

        var opened = (await worker.ReceiveAsync(WorkResponse.MessageOneofCase.Opened)).Opened;

        Assert.Equal((1, "", "0", "node-1"), (opened.FencingToken, opened.ChangeVector, opened.ResumeToken, opened.Node));
        Assert.Equal((4096, 32 * MiB, 1), (opened.MaxDocs, opened.MaxBytes, opened.Window));
        Assert.Equal(("ship", "from Orders"), (opened.Definition.Name, opened.Definition.Query));
        Assert.Equal((TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(30)), (opened.HeartbeatInterval.ToTimeSpan(), opened.SilenceTimeout.ToTimeSpan()));
    }

    [Fact]
    public async Task Work_WriteWhileConnected_IsDeliveredAtOnce()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.CaughtUp);

        await server.PutAsync("orders/1");

        Assert.Equal("orders/1", Assert.Single((await worker.AckNextAsync()).Items).Id);
    }

    [Fact]
    public async Task Work_NothingIsAcked_SendsNoMoreThanTheWindow()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3", "orders/4");
        using var worker = await server.OpenAsync(Requests.Open(maxDocs: 1, window: 2));
        Assert.Equal(1, (await worker.ReceiveBatchAsync()).BatchId);
        Assert.Equal(2, (await worker.ReceiveBatchAsync()).BatchId);

        Assert.Equal(2, (await server.GetSubscriptionAsync()).Workers[0].BatchesInFlight);
        await worker.AckAsync(2);

        // The next batches need not wait for the confirm.
        var said = await worker.ReceiveUntilAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        Assert.Equal(2, said[^1].AckConfirmed.BatchId);
        Assert.All(said.SkipLast(1), m => Assert.InRange(m.BatchChunk.BatchId, 3, 4));
    }

    [Fact]
    public async Task Work_BatchAboveOneMebibyte_ComesInChunksBelowIt()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        for (var i = 0; i < 30; i++) await server.WriteAsync(Requests.Put($"orders/{i:00}", Requests.ContentOf(100_000)));
        using var worker = await server.OpenAsync();

        var chunks = await worker.ReceiveChunksAsync();

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"orders/{i:00}"), chunks.SelectMany(c => c.Items).Select(i => i.Id));
        Assert.All(chunks, c => Assert.InRange(new WorkResponse { BatchChunk = c }.CalculateSize(), 1, MiB));
        Assert.All(chunks.SkipLast(1), c => Assert.Equal(("", ""), (c.ChangeVector, c.ResumeToken)));
        Assert.InRange(chunks.Count, 3, 4);
    }

    [Fact]
    public async Task Work_ItemAboveOneMebibyte_IsAChunkOfItsOwn()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        await server.WriteAsync(Requests.Put("orders/2", Requests.ContentOf(2 * MiB)));
        await server.PutAsync("orders/3");
        using var worker = await server.OpenAsync();

        var chunks = await worker.ReceiveChunksAsync();

        Assert.Equal(["orders/1", "orders/2", "orders/3"], chunks.Select(c => Assert.Single(c.Items).Id));
    }

    [Fact]
    public async Task Work_DocumentAboveTheBatchLimit_GoesAlone()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.WriteAsync(Requests.Put("orders/1"), Requests.Put("orders/2", Requests.ContentOf(50_000)), Requests.Put("orders/3"));
        var open = Requests.Open();
        open.MaxBytes = 10_000;
        using var worker = await server.OpenAsync(open);

        Assert.Equal("orders/1", Assert.Single((await worker.AckNextAsync()).Items).Id);
        Assert.Equal("orders/2", Assert.Single((await worker.AckNextAsync()).Items).Id);
        Assert.Equal("orders/3", Assert.Single((await worker.AckNextAsync()).Items).Id);
    }

    [Fact]
    public async Task Work_LargestDocument_PassesBothWays()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        var content = Requests.ContentOf(3 * MiB);
        await server.WriteAsync(Requests.Put("orders/1", content));
        using var worker = await server.OpenAsync();

        Assert.Equal(content, Assert.Single((await worker.AckNextAsync()).Items).Content);
    }

    [Fact]
    public async Task Work_NackOfTheBatch_BringsItAgain()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var worker = await server.OpenAsync();
        var first = await worker.ReceiveBatchAsync();

        await worker.NackAsync(first.BatchId);

        var again = await worker.ReceiveBatchAsync();
        Assert.Equal(first.Items.Select(i => i.Id), again.Items.Select(i => i.Id));
        Assert.Equal((first.BatchId, 2), (again.BatchId, again.Items[0].Attempt));
        Assert.Equal(1, (await server.GetSubscriptionAsync()).Workers[0].BatchesInFlight);
    }

    [Fact]
    public async Task Work_WorkerComesBack_GetsWhatWasNotAcked()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2", "orders/3");
        using (var first = await server.OpenAsync(Requests.Open(maxDocs: 1)))
        {
            await first.AckNextAsync();
            Assert.Equal("orders/2", Assert.Single((await first.ReceiveBatchAsync()).Items).Id);
        }

        using var second = await server.OpenAsync(Requests.Open(OpeningStrategy.Wait));

        Assert.Equal(["orders/2", "orders/3"], (await second.AckNextAsync()).Items.Select(i => i.Id));
    }

    [Fact]
    public async Task Work_DeletionsAreIncluded_ComeWithoutContent()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        var definition = new SubscriptionDefinition { Name = "ship", Query = "from Orders", IncludeDeletes = true };
        await server.Subscriptions.CreateSubscriptionAsync(
            new CreateSubscriptionRequest { Database = "shop", Definition = definition }, cancellationToken: TestContext.Current.CancellationToken);
        await server.WriteAsync(Requests.Put("orders/1"), new WriteOperation { Id = "orders/1", Delete = new DeleteAction() });
        using var worker = await server.OpenAsync();

        var item = Assert.Single((await worker.AckNextAsync()).Items);

        Assert.Equal((ChangeKind.Delete, ByteString.Empty, "Orders"), (item.Kind, item.Content, item.Collection));
    }

    [Fact]
    public async Task Work_ManyPartitions_AllAreDelivered()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync(partitions: 16);
        await server.CreateSubscriptionAsync();
        var ids = Enumerable.Range(0, 100).Select(i => $"orders/{i}").ToArray();
        await server.PutAsync(ids);
        using var worker = await server.OpenAsync(Requests.Open(maxDocs: 7));

        var received = new List<Item>();
        while (received.Count < ids.Length) received.AddRange((await worker.AckNextAsync()).Items);

        Assert.Equal(ids.Order(), received.Select(i => i.Id).Order());
        Assert.All(received.GroupBy(i => i.Partition), p => Assert.Equal(p.Select(i => i.Seqno).Order(), p.Select(i => i.Seqno)));
    }
}
