using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

/// <summary>The order of the conversation, and what becomes of those who break it or fall silent.</summary>
public sealed class WorkConversationTests
{
    public static TheoryData<WorkOpen, string> BadOpenings => new()
    {
        { Changed(o => o.Database = ""), "open.database" },
        { Changed(o => o.Database = "Shop"), "open.database" },
        { Changed(o => o.Subscription = ""), "open.subscription" },
        { Changed(o => o.Subscription = new string('s', 257)), "open.subscription" },
        { Changed(o => o.WorkerName = new string('w', 257)), "open.worker_name" },
        { Changed(o => o.WorkerName = "a\u001b[2J"), "open.worker_name" },
        { Changed(o => o.MaxDocs = -1), "open.max_docs" },
        { Changed(o => o.MaxDocs = 4097), "open.max_docs" },
        { Changed(o => o.MaxBytes = -1), "open.max_bytes" },
        { Changed(o => o.MaxBytes = (32 * 1024 * 1024) + 1), "open.max_bytes" },
        { Changed(o => o.Window = -1), "open.window" },
        { Changed(o => o.Window = 65), "open.window" },
        { Changed(o => o.Strategy = (OpeningStrategy)77), "open.strategy" },
    };

    public static TheoryData<WorkRequest, StatusCode, string, string> BadMessages => new()
    {
        { new WorkRequest(), StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "message" },
        { new WorkRequest { Open = Requests.Open() }, StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "message" },
        { new WorkRequest { Ack = new BatchAck { BatchId = 2 } }, StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "ack.batch_id" },
        { new WorkRequest { Ack = new BatchAck { BatchId = 0 } }, StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "ack.batch_id" },
        { new WorkRequest { Ack = new BatchAck { BatchId = long.MinValue } }, StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "ack.batch_id" },
        { Nack(n => n.BatchId = 2), StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "nack.batch_id" },
        { Nack(n => n.Delay = new Duration { Seconds = -1 }), StatusCode.InvalidArgument, "INVALID_ARGUMENT", "nack.delay" },
        { Nack(n => n.Delay = new Duration { Seconds = 86_401 }), StatusCode.InvalidArgument, "INVALID_ARGUMENT", "nack.delay" },
        { Nack(n => n.Reason = new string('r', 1025)), StatusCode.InvalidArgument, "INVALID_ARGUMENT", "nack.reason" },
        { Nack(n => n.ItemIds.Add("orders/2")), StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", "nack.item_ids" },
    };

    [Theory]
    [MemberData(nameof(BadOpenings))]
    public async Task Work_BadOpening_IsNamed(WorkOpen open, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = server.Connect();
        await worker.OpenAsync(open);

        var metadata = RpcAssert.Is(StatusCode.InvalidArgument, "INVALID_ARGUMENT", (await worker.ReceiveEndAsync()).Error);

        Assert.Equal(field, metadata["field"]);
    }

    [Fact]
    public async Task Work_SubscriptionDoesNotExist_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var worker = server.Connect();
        await worker.OpenAsync(Requests.Open());

        var metadata = RpcAssert.Is(StatusCode.NotFound, "SUBSCRIPTION_NOT_FOUND", (await worker.ReceiveEndAsync()).Error);

        Assert.Equal(("shop", "ship"), (metadata["database"], metadata["subscription"]));
    }

    [Fact]
    public async Task Work_AckFirst_BreaksTheOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var worker = server.Connect();
        await worker.AckAsync(1);

        var metadata = RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await worker.ReceiveEndAsync()).Error);

        Assert.Equal(("message", "ack"), (metadata["field"], metadata["value"]));
    }

    [Fact]
    public async Task Work_HalfCloseFirst_BreaksTheOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        using var worker = server.Connect();
        await worker.HalfCloseAsync();

        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await worker.ReceiveEndAsync()).Error);
    }

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task Work_BadMessage_EndsTheConversationAndNamesIt(WorkRequest message, StatusCode status, string reason, string field)
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        await worker.ReceiveBatchAsync();

        await worker.SendAsync(message);

        var (error, last) = await worker.ReceiveEndAsync();
        Assert.Equal(field, RpcAssert.Is(status, reason, error)["field"]);
        Assert.Equal(WorkResponse.MessageOneofCase.Closing, last!.MessageCase);
        Assert.False(last.Closing.Reconnect);
        Assert.Equal("", (await server.GetSubscriptionAsync()).ChangeVector);
    }

    [Fact]
    public async Task Work_AckWhileWaiting_BreaksTheOrder()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        using var holder = await server.OpenAsync();
        using var worker = server.Connect();
        await worker.OpenAsync(Requests.Open(OpeningStrategy.Wait));
        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.Waiting);

        await worker.AckAsync(1);

        RpcAssert.Is(StatusCode.InvalidArgument, "PROTOCOL_VIOLATION", (await worker.ReceiveEndAsync()).Error);
    }

    [Fact]
    public async Task Work_HalfCloseAfterAnAck_IsConfirmedFirst()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1");
        using var worker = await server.OpenAsync();
        var batch = await worker.ReceiveBatchAsync();
        await worker.AckAsync(batch.BatchId);
        await worker.HalfCloseAsync();

        await worker.ReceiveAsync(WorkResponse.MessageOneofCase.AckConfirmed);

        await worker.ReceiveGoodEndAsync();
        Assert.Equal(batch.ChangeVector, (await server.GetSubscriptionAsync()).ChangeVector);
    }

    [Fact]
    public async Task Work_CloseWhenDrained_EndsWellAfterTheLastConfirm()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.SetUpShopAsync();
        await server.PutAsync("orders/1", "orders/2");
        using var worker = await server.OpenAsync(Requests.Open(maxDocs: 1, closeWhenDrained: true));
        await worker.AckNextAsync();
        await worker.AckNextAsync();

        await worker.ReceiveGoodEndAsync();

        Assert.Equal(0, (await server.GetSubscriptionAsync()).Lag);
    }

    [Fact]
    public async Task Work_SilentWorker_IsClosedAndMayReconnect()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ServerFixture.StartAsync(time: clock);
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        var (error, last) = await clock.AdvanceUntilAsync(worker.ReceiveEndAsync());


        RpcAssert.Is(StatusCode.DeadlineExceeded, "WORKER_SILENT", error);
        Assert.True(last!.Closing.Reconnect);
        using var next = await server.OpenAsync();
    }

    [Fact]
    public async Task Work_Heartbeats_GoBothWays()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ServerFixture.StartAsync(time: clock);
        await server.SetUpShopAsync();
        await server.WriteAsync(Requests.Put("companies/1", collection: "Companies"));
        using var worker = await server.OpenAsync();
        await worker.HeartbeatAsync();
        await server.PutAsync("orders/1");
        await worker.AckNextAsync();

        var heartbeat = await clock.AdvanceUntilAsync(worker.ReceiveAsync(WorkResponse.MessageOneofCase.Heartbeat));

        Assert.Equal((0, 2), (heartbeat.Heartbeat.Lag, heartbeat.Heartbeat.HighSeqno));
    }

    [Fact]
    public async Task Work_NothingIsSaidAtAll_IsClosedAfterTheOpenTimeout()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { OpenTimeout = TimeSpan.FromMilliseconds(100) });
        using var worker = server.Connect();

        var metadata = RpcAssert.Is(StatusCode.DeadlineExceeded, "WORKER_SILENT", (await worker.ReceiveEndAsync()).Error);

        Assert.Equal("100", metadata["silence_ms"]);
    }

    private static WorkOpen Changed(Action<WorkOpen> change)
    {
        var open = Requests.Open();
        change(open);
        return open;
    }

    private static WorkRequest Nack(Action<BatchNack> change)
    {
        var nack = new BatchNack { BatchId = 1 };
        change(nack);
        return new WorkRequest { Nack = nack };
    }
}
