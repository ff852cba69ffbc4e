using System.Diagnostics;
using Subscriptions.Client;
using Subscriptions.Telemetry.Tests.Otlp;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Tracing;

/// <summary>From the writer through the server to the worker, as a collector sees it.</summary>
public sealed class PropagationTests : IAsyncDisposable
{
    private readonly ActivitySource _application = new(TracedApplication.SourceName);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _application.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Write_ReadByAWorker_IsFoundInTheWritersTraceAllTheWay()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var tracing = TracedApplication.Start(collector);
        await using var server = await TelemetryServer.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc));
        await server.SetUpShopAsync();

        await server.PutAsync("orders/1");
        var item = Assert.Single(Assert.Single(await server.DrainAsync()).Items);

        var records = collector.Records;
        var send = await records.WaitForSpanAsync(s => s.Name == "send shop");
        Assert.Equal(("application", ""), (send.Service, send.ParentSpanId));
        Assert.Equal($"00-{send.TraceId}-{send.SpanId}-01", item.TraceParent);

        var request = await records.WaitForSpanAsync(s => s.Name == "subscriptions.v1.DocumentService/Write");
        Assert.Equal(("subscriptions-server", send.TraceId, send.SpanId), (request.Service, request.TraceId, request.ParentSpanId));

        var deliver = await records.WaitForSpanAsync(s => s.Name == "deliver shop");
        Assert.Equal(("subscriptions-server", ""), (deliver.Service, deliver.ParentSpanId));
        var ack = await records.WaitForSpanAsync(s => s.Name == "ack shop");
        Assert.Equal([(send.TraceId, send.SpanId), (ack.TraceId, ack.SpanId)], deliver.Links);
        Assert.Equal([(deliver.TraceId, deliver.SpanId)], ack.Links);
        Assert.NotEqual(send.TraceId, deliver.TraceId);
        Assert.Equal("acked", deliver.Attributes["subscriptions.delivery.outcome"]);

        var receive = await records.WaitForSpanAsync(s => s.Name == "receive shop");
        Assert.Equal("application", receive.Service);
        Assert.Equal([(send.TraceId, send.SpanId)], receive.Links);
    }

    [Fact]
    public async Task BulkWrite_RequestsOfSeveralTraces_AreToldApart()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var tracing = TracedApplication.Start(collector);
        await using var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync();
        var writers = new List<string>();
        await using (var bulk = server.Client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 2 }))
        {
            foreach (var n in Enumerable.Range(0, 3))
            {
                using var order = _application.StartActivity($"order {n}")!;
                writers.Add(order.TraceId.ToHexString());
                await bulk.AddAsync(DocumentOperation.Put($"orders/{n}-a", new { n }, "Orders"), Cancellation).Within();
                await bulk.AddAsync(DocumentOperation.Put($"orders/{n}-b", new { n }, "Orders"), Cancellation).Within();
            }
        }

        var items = (await server.DrainAsync()).SelectMany(b => b.Items).ToList();

        Assert.Equal(6, items.Count);
        Assert.All(items, item => Assert.Equal(writers[item.Id[7] - '0'], ActivityContext.Parse(item.TraceParent!, null).TraceId.ToHexString()));
        var receive = await collector.Records.WaitForSpanAsync(s => s.Name == "receive shop" && s.Links.Count == 3);
        Assert.Equal(writers, receive.Links.Select(l => l.TraceId));
    }

    [Fact]
    public async Task Delete_ReadByAWorker_HasTheDeletersTrace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var tracing = TracedApplication.Start(collector);
        await using var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync(includeDeletes: true);
        await server.PutAsync("orders/1");
        using var deletion = _application.StartActivity("deletion")!;

        await server.Client.Documents.DeleteAsync("shop", "orders/1", cancellationToken: Cancellation).Within();

        var item = Assert.Single(Assert.Single(await server.DrainAsync()).Items);
        Assert.Equal(ChangeKind.Delete, item.Kind);
        Assert.Equal(deletion.TraceId, ActivityContext.Parse(item.TraceParent!, null).TraceId);
    }

    [Fact]
    public async Task Write_NobodyTraces_CarriesNothing()
    {
        await using var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync();

        await server.PutAsync("orders/1");

        Assert.Null(Assert.Single(Assert.Single(await server.DrainAsync()).Items).TraceParent);
    }

    [Fact]
    public async Task Write_TraceThatIsNotRecorded_CarriesNothing()
    {
        await using var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync();
        using var unsampled = new Activity("unsampled").Start();

        await server.PutAsync("orders/1");

        Assert.Null(Assert.Single(Assert.Single(await server.DrainAsync()).Items).TraceParent);
    }
}
