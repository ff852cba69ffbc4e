using Subscriptions.Server.Tests.Fixtures;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class WorkDeliveryTests
{
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
}
