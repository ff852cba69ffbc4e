using System.Diagnostics;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Telemetry;
using Xunit;

namespace Subscriptions.Telemetry.Tests.Tracing;

/// <summary>The server's spans of batches.</summary>
public sealed class DeliverySpanTests
{
    private const string Source = "Subscriptions.Server";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliver_BatchIsAcked_HasOneSpanThatSaysSo()
    {
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1", "orders/2");

        await server.DrainAsync();

        var span = Assert.Single(await spans.WaitForAsync(1));
        Assert.Equal(("deliver shop", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(default, span.ParentSpanId);
        Assert.Equal(["sent", "ack"], span.Events.Select(e => e.Name));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "subscriptions",
                ["messaging.operation.name"] = "deliver",
                ["messaging.destination.name"] = "shop",
                ["messaging.destination.subscription.name"] = "ship",
                ["messaging.client.id"] = "w",
                ["messaging.batch.message_count"] = 2,
                ["subscriptions.batch.id"] = 1L,
                ["subscriptions.delivery.outcome"] = "acked",
            },
            span.TagObjects.ToDictionary());
    }

    [Fact]
    public async Task Deliver_WorkersCallIsTraced_SpansAreRootsAllTheSame()
    {
        using var calls = new SpanRecorder("Microsoft.AspNetCore");
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1");

        await server.DrainAsync();

        var span = Assert.Single(await spans.WaitForAsync(1));
        Assert.Equal(default, span.ParentSpanId);
        Assert.DoesNotContain(calls.Ended, c => c.TraceId == span.TraceId);
    }

    [Fact]
    public async Task Deliver_BatchIsNacked_SpanFailsAndTheNextOneIsAcked()
    {
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1");
        await using var worker = server.Client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship") { CloseWhenDrained = true });
        var deliveries = 0;

        await foreach (var batch in worker.ReadBatchesAsync(Cancellation))
        {
            if (deliveries++ == 0) await batch.NackAsync("no stamps", cancellationToken: Cancellation).Within();
            else await batch.AckAsync(Cancellation).Within();
        }

        var ended = await spans.WaitForAsync(2);
        Assert.Equal(["nacked", "acked"], ended.Select(Outcome));
        Assert.Equal(("NACK", ActivityStatusCode.Error, "no stamps"), (ended[0].GetTagItem("error.type"), ended[0].Status, ended[0].StatusDescription));
        Assert.Null(ended[1].GetTagItem("error.type"));
    }

    [Fact]
    public async Task Deliver_ServerStops_WhatIsNotAckedIsLost()
    {
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1");
        await using var worker = server.Client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship"));
        await using var batches = worker.ReadBatchesAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync().Within());
        Assert.Empty(spans.Ended);

        await server.StopAsync();

        var span = Assert.Single(await spans.WaitForAsync(1));
        Assert.Equal(("lost", "SHUTTING_DOWN", ActivityStatusCode.Error), (Outcome(span), span.GetTagItem("error.type"), span.Status));
    }

    [Fact]
    public async Task Deliver_WorkerLeaves_WhatIsNotAckedIsLost()
    {
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1");
        await using (var worker = server.Client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship")))
        await using (var batches = worker.ReadBatchesAsync(Cancellation).GetAsyncEnumerator(Cancellation))
        {
            Assert.True(await batches.MoveNextAsync().Within());
        }

        Assert.Equal("lost", Outcome(Assert.Single(await spans.WaitForAsync(1))));
    }

    [Fact]
    public async Task Deliver_DocumentsOfManyWriters_LinksToEachOnceButNotToMoreThanTheLimit()
    {
        using var clients = new SpanRecorder(SubscriptionsTelemetry.ActivitySourceName);
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync([.. Enumerable.Range(0, 140).Select(n => $"orders/{n}")]);
        var writers = clients.Ended.Where(s => s.OperationName == "send shop").Select(s => s.SpanId).ToHashSet();

        await server.DrainAsync();

        var links = (await spans.WaitForAsync(1))[0].Links.Select(l => l.Context.SpanId).ToList();
        Assert.Equal(128, links.Count);
        Assert.Equal(128, links.Distinct().Count());
        Assert.All(links, l => Assert.Contains(l, writers));
        var receive = (await clients.WaitForAsync(141)).First(s => s.OperationName == "receive shop");
        Assert.Equal(links, receive.Links.Select(l => l.Context.SpanId));
    }

    private static object? Outcome(Activity span) => span.GetTagItem("subscriptions.delivery.outcome");

    private static async Task<TelemetryServer> StartAsync(params string[] orders)
    {
        var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync();
        foreach (var order in orders) await server.PutAsync(order);
        return server;
    }
}
