using System.Diagnostics;
using Grpc.Core;
using Subscriptions.Client.Tests.Hosting;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Telemetry;

/// <summary>What workers report.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class WorkTelemetryTests
{
    private const string First = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
    private const string Second = "00-0af7651916cd43dd8448eb211c80319d-00f067aa0ba902b8-01";

    private const string Delivery = "00-0af7651916cd43dd8448eb211c80319e-00f067aa0ba902b9-01";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receive_Batch_LinksToEachWriterOnce()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();

        var (_, batch) = await FirstAsync(telemetry.Server, reader, First, Second, First, "", "no trace at all");

        Assert.Equal([First, Second, First, null, "no trace at all"], batch.Items.Select(i => i.TraceParent));
        var span = await telemetry.SpanAsync("receive shop");
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal([First, Second], span.Links.Select(TraceParentOf));
        var tags = telemetry.Tags("receive", "receive", "ship");
        var consumed = telemetry.Measured("messaging.client.consumed.messages", "receive");
        Assert.Equal(5, consumed.Value);
        Assert.Equal(tags, consumed.Tags);
        tags["messaging.batch.message_count"] = 5;
        Assert.Equal(tags, span.TagObjects.ToDictionary());
    }

    [Fact]
    public async Task Ack_Confirmed_EndsItsSpan()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();
        var (call, batch) = await FirstAsync(telemetry.Server, reader, "");

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        Assert.DoesNotContain(telemetry.Measurements, m => Equals(m.Tags["messaging.operation.name"], "ack"));
        await call.ConfirmAsync(1);
        await ack.Within();

        var span = await telemetry.SpanAsync("ack shop");
        Assert.Equal((ActivityKind.Client, ActivityStatusCode.Unset), (span.Kind, span.Status));
        Assert.Equal(telemetry.Tags("ack", "settle", "ship"), telemetry.Measured("messaging.client.operation.duration", "ack").Tags);
    }

    [Fact]
    public async Task Ack_LeaseLost_FailsWithTheReason()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();
        var (call, batch) = await FirstAsync(telemetry.Server, reader, "");

        var ack = batch.AckAsync(Cancelled);
        await call.ReceiveAckAsync(1);
        call.FailWith("LEASE_LOST", StatusCode.Aborted);
        await Assert.ThrowsAsync<SubscriptionLeaseLostException>(() => ack.Within());

        var span = await telemetry.SpanAsync("ack shop");
        Assert.Equal((ActivityStatusCode.Error, "LeaseLost"), (span.Status, span.GetTagItem("error.type")));
        Assert.Equal("LeaseLost", telemetry.Measured("messaging.client.operation.duration", "ack").Tags["error.type"]);
    }

    [Fact]
    public async Task Ack_ServerTracesTheBatch_EachLinksToTheOther()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();
        var (call, batch) = await FirstAsync(telemetry.Server, reader, First);
        Assert.Equal(Delivery, batch.TraceParent);

        var ack = batch.AckAsync(Cancelled);
        var told = await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);
        await ack.Within();

        var span = await telemetry.SpanAsync("ack shop");
        Assert.Equal([Delivery], span.Links.Select(TraceParentOf));
        Assert.Equal(span.Id, told.Traceparent);
    }

    [Fact]
    public async Task Nack_IsASpanThatIsLinkedBothWays()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();
        var (call, batch) = await FirstAsync(telemetry.Server, reader, First);

        await batch.NackAsync("printer on fire", cancellationToken: Cancelled).Within();
        var told = await call.ReceiveNackAsync();

        var span = await telemetry.SpanAsync("nack shop");
        Assert.Equal([Delivery], span.Links.Select(TraceParentOf));
        Assert.Equal(span.Id, told.Traceparent);
        Assert.Equal(telemetry.Tags("nack", "settle", "ship"), telemetry.Measured("messaging.client.operation.duration", "nack").Tags);
    }

    [Fact]
    public async Task Reconnect_IsCountedWithItsReason()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var reader = telemetry.Server.Read();
        _ = reader.Move();
        var call = await telemetry.Server.AcceptOpenAsync();

        call.FailWith("SHUTTING_DOWN", StatusCode.Unavailable);
        await telemetry.Server.AcceptOpenAsync();

        var reconnect = Assert.Single(telemetry.Measurements, m => m.Instrument == "subscriptions.client.reconnects");
        Assert.Equal((1d, "ShuttingDown", "ship"), (reconnect.Value, reconnect.Tags["error.type"], reconnect.Tags["messaging.destination.subscription.name"]));
    }

    [Fact]
    public async Task Process_Handler_RunsInASpanThatLinksToTheWritersAndTheDelivery()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        var inside = new TaskCompletionSource<Activity?>();
        await using var host = await HostFixture.StartAsync(telemetry.Server, (_, _) =>
        {
            inside.TrySetResult(Activity.Current);
            return Task.CompletedTask;
        });
        var call = await telemetry.Server.AcceptOpenAsync();
        await call.SendAsync(Delivered(Traced("a", First)));
        await call.ReceiveAckAsync(1);
        await call.ConfirmAsync(1);

        var span = await telemetry.SpanAsync("process shop");
        Assert.Same(span, await inside.Task.Within());
        Assert.Equal((ActivityKind.Consumer, ActivityStatusCode.Unset), (span.Kind, span.Status));
        Assert.Equal([Delivery, First], span.Links.Select(TraceParentOf));
        Assert.Equal(telemetry.Tags("process", "process", "ship"), telemetry.Measured("messaging.process.duration", "process").Tags);
    }

    [Fact]
    public async Task Process_HandlerThrows_SpanFailsWithTheExceptionsName()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var host = await HostFixture.StartAsync(telemetry.Server, (_, _) => throw new InvalidDataException("printer on fire"));
        var call = await telemetry.Server.AcceptOpenAsync();
        await call.SendBatchAsync(1, "a");
        await call.ReceiveNackAsync();

        var span = await telemetry.SpanAsync("process shop");
        Assert.Equal(
            (ActivityStatusCode.Error, "printer on fire", nameof(InvalidDataException)),
            (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
        Assert.Equal(nameof(InvalidDataException), telemetry.Measured("messaging.process.duration", "process").Tags["error.type"]);
    }

    [Fact]
    public async Task Process_NobodyListens_HasNoSpan()
    {
        await using var server = await ScriptedServer.StartAsync();
        var inside = new TaskCompletionSource<Activity?>();
        await using var host = await HostFixture.StartAsync(server, (_, _) =>
        {
            inside.TrySetResult(Activity.Current);
            return Task.CompletedTask;
        });
        var call = await server.AcceptOpenAsync();

        await call.SendBatchAsync(1, "a");

        Assert.Null(await inside.Task.Within());
        Assert.Empty((await call.ReceiveAckAsync(1)).Traceparent);
        await call.ConfirmAsync(1);
    }

    private static string TraceParentOf(ActivityLink link) => $"00-{link.Context.TraceId}-{link.Context.SpanId}-01";

    private static WorkResponse Delivered(params Item[] items)
    {
        var chunk = Wire.Chunk(1, last: true, items);
        chunk.BatchChunk.Traceparent = Delivery;
        return chunk;
    }

    private static Item Traced(string id, string traceparent)
    {
        var item = Wire.Item(id);
        item.Traceparent = traceparent;
        return item;
    }

    private static async Task<(ScriptedCall Call, SubscriptionBatch Batch)> FirstAsync(
        ScriptedServer server, WorkerReader reader, params string[] traceparents)
    {
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendAsync(Delivered([.. traceparents.Select((t, n) => Traced($"{n}", t))]));
        return (call, await reader.NextAsync());
    }
}
