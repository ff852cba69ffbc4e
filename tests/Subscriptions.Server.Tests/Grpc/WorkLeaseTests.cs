using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class WorkLeaseTests
{
    [Fact]
    public async Task Work_SomebodyHasIt_IsRefusedAndTellsWho()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var holder = server.Connect();
        await holder.OpenAsync(Requests.Open());
        await holder.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open(worker: "worker-b"));

        var metadata = RpcAssert.Is(StatusCode.FailedPrecondition, "IN_USE", (await second.ReceiveEndAsync()).Error);

        Assert.Equal(("shop", "ship", "worker-a"), (metadata["database"], metadata["subscription"], metadata["holder"]));
        Assert.Matches(@"^127\.0\.0\.1:\d+$", metadata["holder_address"]);
        Assert.True(DateTimeOffset.TryParse(metadata["holder_since"], out _));
        Assert.Equal("FAIL", metadata["holder_strategy"]);
    }

    [Fact]
    public async Task Work_Waiting_IsGrantedByTheRelease()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var holder = await server.OpenAsync();
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: "worker-b"));
        var waiting = (await second.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting)).Waiting;
        Assert.Equal((1, "worker-a"), (waiting.PlaceInQueue, waiting.Holder.Name));

        await holder.HalfCloseAsync();
        await holder.ReceiveGoodEndAsync();

        Assert.Equal(2, (await second.ReceiveAsync(WorkResponse.MessageOneofCase.Opened)).Opened.FencingToken);
    }

    [Fact]
    public async Task Work_WorkerVanishes_FreesTheLease()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        var holder = await server.OpenAsync();
        await holder.ReceiveBatchAsync();
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: "worker-b"));
        await second.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);

        holder.Dispose();

        await second.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);
        Assert.Equal("orders/1", Assert.Single((await second.AckNextAsync()).Items).Id);
        await server.StopAsync();
        Assert.Contains(server.Log.Entries, e => e.Level == LogLevel.Information
            && e.Text.StartsWith("Worker worker-a", StringComparison.Ordinal) && e.Text.Contains("disconnected from shop/ship", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_ConnectionBreaks_FreesTheLease()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var channel = ServerFixture.OpenChannel(server.Server.Grpc);
        using var holder = new WorkerClient(
            new SubscriptionService.SubscriptionServiceClient(channel).Work(cancellationToken: TestContext.Current.CancellationToken));
        await holder.OpenAsync(Requests.Open());
        await holder.ReceiveAsync(WorkResponse.MessageOneofCase.Opened);

        channel.Dispose();

        using var second = await server.OpenAsync(Requests.Open(OpeningStrategy.Wait, worker: "worker-b"));
    }

    [Fact]
    public async Task Work_TakeOver_EndsTheHolderForGood()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var holder = await server.OpenAsync();

        using var second = await server.OpenAsync(Requests.Open(OpeningStrategy.TakeOver, worker: "worker-b"));

        var (error, last) = await holder.ReceiveEndAsync();
        var metadata = RpcAssert.Is(StatusCode.Aborted, "TAKEN_OVER", error);
        Assert.Equal(("shop", "ship", "worker-b"), (metadata["database"], metadata["subscription"], metadata["holder"]));
        Assert.Equal((ErrorReason.TakenOver, false), (last!.Closing.Reason, last.Closing.Reconnect));
    }

    [Fact]
    public async Task Work_TakeOverOfATakeOver_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var holder = await server.OpenAsync(Requests.Open(OpeningStrategy.TakeOver));
        using var second = server.Connect();
        await second.OpenAsync(Requests.Open(OpeningStrategy.TakeOver, worker: "worker-b"));

        var metadata = RpcAssert.Is(StatusCode.FailedPrecondition, "IN_USE", (await second.ReceiveEndAsync()).Error);
        Assert.Equal("TAKE_OVER", metadata["holder_strategy"]);
    }

    [Fact]
    public async Task Work_LeaseIsNotTheNewestInTheStore_AckChangesNothing()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        var batch = await worker.ReceiveBatchAsync();
        var id = new SubscriptionId(long.Parse((await server.GetSubscriptionAsync()).Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await server.SubscriptionStore.GrantAsync(id, isShared: false, TestContext.Current.CancellationToken).Within();

        await worker.AckAsync(batch.BatchId);

        var (error, last) = await worker.ReceiveEndAsync();
        Assert.Equal("1", RpcAssert.Is(StatusCode.Aborted, "LEASE_LOST", error)["fencing_token"]);
        Assert.True(last!.Closing.Reconnect);
        Assert.Equal("", (await server.GetSubscriptionAsync()).ChangeVector);
    }

    [Fact]
    public async Task Work_StoreFailsToSaveAnAck_EndsTheWorkerWhoMayReconnect()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        server.Log.ExpectErrors();
        server.SubscriptionStore.FailNext(SubscriptionStoreCall.SaveProgress, new StoreException(StoreFault.Io, "disk"));
        using var worker = await server.OpenAsync();
        await worker.AckAsync((await worker.ReceiveBatchAsync()).BatchId);

        var (error, last) = await worker.ReceiveEndAsync();

        RpcAssert.Is(StatusCode.Unavailable, "STORE_FAILED", error);
        Assert.True(last!.Closing.Reconnect);
        using var again = await server.OpenAsync();
        Assert.Equal("orders/1", Assert.Single((await again.AckNextAsync()).Items).Id);
    }

    [Fact]
    public async Task Work_TooManyWorkers_NamesTheSettingAndPlacesComeBack()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { WorkerConnections = 1 } });
        await server.SetUpShopAsync();
        using var first = await server.OpenAsync();
        using var second = server.Connect();

        var metadata = RpcAssert.Is(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", (await second.ReceiveEndAsync()).Error);

        Assert.Equal(("1", "Limits:WorkerConnections"), (metadata["limit"], metadata["setting"]));
        await first.HalfCloseAsync();
        await first.ReceiveGoodEndAsync();
        using var third = await server.OpenAsync();
    }

    [Fact]
    public async Task Work_ComesAndGoes_IsLoggedWithItsReason()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var first = await server.OpenAsync();
        using var second = await server.OpenAsync(Requests.Open(OpeningStrategy.TakeOver, worker: "worker-b"));
        await first.ReceiveEndAsync();
        await second.HalfCloseAsync();
        await second.ReceiveGoodEndAsync();

        await server.StopAsync().Within();

        var lines = server.Log.Entries
            .Where(e => e.Level == LogLevel.Information && e.Category.StartsWith("Subscriptions.", StringComparison.Ordinal)).Select(e => e.Text).ToList();
        Assert.Equal(4, lines.Count);
        Assert.Contains(lines, l => l.StartsWith("Worker worker-a at 127.0.0.1:", StringComparison.Ordinal) && l.Contains("opened shop/ship with token 1", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("Worker worker-a", StringComparison.Ordinal) && l.Contains("TakenOver", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("Worker worker-b", StringComparison.Ordinal) && l.Contains("finished", StringComparison.Ordinal));
    }
}
