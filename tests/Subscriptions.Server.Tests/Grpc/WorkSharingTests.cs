using Google.Protobuf.WellKnownTypes;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>Workers that share a subscription, and items that are nacked by their ids, over the wire.</summary>
public sealed class WorkSharingTests
{
    [Fact]
    public async Task Work_TwoConcurrent_GetDifferentBatchesAndTheLostOneGoesToTheOther()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var first = await server.OpenAsync(Open("worker-a"));
        var lost = await first.ReceiveBatchAsync();
        using var second = await server.OpenAsync(Open("worker-b"));
        var kept = await second.ReceiveBatchAsync();
        Assert.Equal(["orders/1", "orders/2"], lost.Items.Concat(kept.Items).Select(i => i.Id));

        await second.AckAsync(1);
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        Assert.Equal(2, (await server.GetSubscriptionAsync()).Workers.Count);
        first.Dispose();

        Assert.Equal(("orders/1", 2), (await second.ReceiveBatchAsync()).Items.Select(i => (i.Id, i.Attempt)).Single());
        await second.AckAsync(2);
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);
        Assert.Equal(0, (await server.GetSubscriptionAsync()).Lag);
    }

    [Fact]
    public async Task Work_ItemNacked_ComesAgainCountedAfterItsDelay()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var worker = await server.OpenAsync();
        Assert.Equal(2, (await worker.ReceiveBatchAsync()).Items.Count);

        var nack = new BatchNack { BatchId = 1, ItemIds = { "orders/1" }, Reason = "no such company", Delay = new Duration() };
        await worker.SendAsync(new WorkRequest { Nack = nack });
        await worker.AckAsync(1);
        var again = (await worker.ReceiveUntilAsync(WorkResponse.MessageOneofCase.BatchChunk))[^1].BatchChunk;

        Assert.Equal(("orders/1", 2), again.Items.Select(i => (i.Id, i.Attempt)).Single());
    }

    private static WorkOpen Open(string worker)
    {
        var open = Requests.Open(OpeningStrategy.Concurrent, worker: worker);
        open.MaxDocs = 1;
        return open;
    }
}
