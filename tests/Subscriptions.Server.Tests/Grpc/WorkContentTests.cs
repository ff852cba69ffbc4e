using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>What workers get of documents: what queries make of them, and what comes along.</summary>
public sealed class WorkContentTests
{
    [Fact]
    public async Task Batch_OfAQueryWithIncludes_BringsEachDocumentOnce()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.CreateSubscriptionAsync(query: "from Orders select Company as Buyer include Company");
        await server.WriteAsync(Requests.Put("companies/11", """{"Name":"Alfred"}""", "Companies"), Requests.Put("orders/1"), Requests.Put("orders/2"));
        using var worker = await server.OpenAsync();

        var batch = await worker.AckNextAsync();

        Assert.Equal(["""{"Buyer":"companies/11"}""", """{"Buyer":"companies/11"}"""], batch.Items.Select(i => i.Content.ToStringUtf8()));
        var include = Assert.Single(batch.Includes);
        Assert.Equal(("companies/11", "Companies", """{"Name":"Alfred"}"""), (include.Id, include.Collection, include.Content.ToStringUtf8()));
        Assert.StartsWith("1-", include.Revision, StringComparison.Ordinal);

        await server.WriteAsync(Requests.Put("orders/3", """{"Company":"companies/none"}"""));
        Assert.Empty((await worker.AckNextAsync()).Includes);
    }

    [Fact]
    public async Task Batch_LargeIncludes_ComesInChunksBelowAMebibyte()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.CreateSubscriptionAsync(query: "from Orders as o include o.Parts[]");
        for (var i = 0; i < 5; i++) await server.WriteAsync(Requests.Put($"parts/{i}", Requests.ContentOf(400_000), "Parts"));
        await server.WriteAsync(Requests.Put("orders/1", """{"Parts":["parts/0","parts/1","parts/2","parts/3","parts/4"]}"""));
        using var worker = await server.OpenAsync();

        var chunks = await worker.ReceiveChunksAsync();

        Assert.Equal(3, chunks.Count);
        Assert.All(chunks, chunk => Assert.InRange(chunk.CalculateSize(), 1, 1024 * 1024));
        Assert.Equal("orders/1", Assert.Single(chunks.SelectMany(c => c.Items)).Id);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"parts/{i}"), chunks.SelectMany(c => c.Includes).Select(d => d.Id));
    }

    [Fact]
    public async Task Item_OnWhichTheScriptFails_HasItsErrorAndTheOthersTheirContent()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        await server.CreateSubscriptionAsync(query: "declare function f(x) { return { T: x.Total.toFixed(2) }; } from Orders as x select f(x)");
        await server.WriteAsync(Requests.Put("orders/1", "{}"), Requests.Put("orders/2", """{"Total":1}"""));
        using var worker = await server.OpenAsync();

        var batch = await worker.AckNextAsync();

        Assert.True(batch.Items[0].Content.IsEmpty);
        Assert.Contains("function 'f'", batch.Items[0].Error, StringComparison.Ordinal);
        Assert.Equal(("""{"T":"1.00"}""", ""), (batch.Items[1].Content.ToStringUtf8(), batch.Items[1].Error));
        Assert.Equal(0, (await server.GetSubscriptionAsync()).DeadLetterCount);
    }

    [Fact]
    public async Task Item_NackedWithAttemptsLeft_ComesAgainWithItsAttempt()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var worker = await server.OpenAsync();
        var batch = await worker.ReceiveBatchAsync();

        await worker.SendAsync(new WorkRequest
        {
            Nack = new BatchNack { BatchId = batch.BatchId, ItemIds = { "orders/1" }, Reason = "later", Delay = new() { Nanos = 1_000_000 } },
        });
        await worker.AckAsync(batch.BatchId);
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        var again = await worker.AckNextAsync();

        var item = Assert.Single(again.Items);
        Assert.Equal(("orders/1", 2), (item.Id, item.Attempt));
        Assert.Equal(0, (await server.GetSubscriptionAsync()).RetryCount);
    }
}
