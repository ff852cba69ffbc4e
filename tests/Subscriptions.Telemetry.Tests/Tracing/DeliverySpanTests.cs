using System.Diagnostics;
using Subscriptions.Client;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Delivery;
using Subscriptions.Server.Telemetry.Tracing;
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

        // Of 128, eight are kept for what the worker says.
        var links = (await spans.WaitForAsync(1))[0].Links.Select(l => l.Context.SpanId).ToList();
        Assert.Equal(121, links.Count);
        Assert.Equal(121, links.Distinct().Count());
        Assert.All(links.SkipLast(1), l => Assert.Contains(l, writers));
        var ended = await clients.WaitForAsync(142);
        Assert.Equal(ended.Single(s => s.OperationName == "ack shop").SpanId, links[^1]);
        var receive = ended.Single(s => s.OperationName == "receive shop");
        Assert.Equal(128, receive.Links.Count());
        Assert.Equal(links.SkipLast(1), receive.Links.Select(l => l.Context.SpanId).Take(120));
    }

    [Fact]
    public async Task Deliver_ItemAndBatchAreNacked_LinksToTheWorkersSpansAndTheyBack()
    {
        using var clients = new SpanRecorder(SubscriptionsTelemetry.ActivitySourceName);
        using var spans = new SpanRecorder(Source);
        await using var server = await StartAsync("orders/1", "orders/2");
        await using var worker = server.Client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship"));
        await using var batches = worker.ReadBatchesAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync().Within());

        await batches.Current.NackItemAsync(batches.Current.Items[0], "no stamps", cancellationToken: Cancellation).Within();
        await batches.Current.NackAsync("no stamps", cancellationToken: Cancellation).Within();

        var deliver = (await spans.WaitForAsync(1))[0];
        var nacks = clients.Ended.Where(s => s.OperationName == "nack shop").ToList();
        Assert.Equal(2, nacks.Count);
        Assert.Equal(nacks.Select(n => n.SpanId), deliver.Links.Select(l => l.Context.SpanId).TakeLast(2));
        Assert.All(nacks, nack => Assert.Equal(deliver.SpanId, Assert.Single(nack.Links).Context.SpanId));
        Assert.Equal($"00-{deliver.TraceId}-{deliver.SpanId}-01", batches.Current.TraceParent);
    }

    [Theory]
    [InlineData("no trace at all")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void Nacked_WorkerSaysWhatIsNoTrace_LinksToNothing(string traceParent)
    {
        using var spans = new SpanRecorder(Source);
        var told = new DeliverySpans("shop", "ship", "w");

        Assert.NotNull(told.Sent(new Batch(1, [], null, ResumeToken.Beginning)));
        told.ItemsFailed(1, 1, traceParent);
        told.Nacked(1, "", traceParent);

        Assert.Empty(Assert.Single(spans.Ended).Links);
    }

    [Fact]
    public void ItemsFailed_WorkerRepeatsItself_LinksStayBounded()
    {
        using var spans = new SpanRecorder(Source);
        var told = new DeliverySpans("shop", "ship", "w");
        told.Sent(new Batch(1, [], null, ResumeToken.Beginning));

        for (var i = 1; i <= 1000; i++) told.ItemsFailed(1, 1, $"00-0af7651916cd43dd8448eb211c80319c-{i:x16}-01");
        told.Confirmed(1);

        var span = Assert.Single(spans.Ended);
        Assert.Equal((DeliverySpan.MaxLinks, DeliverySpan.MaxLinks), (span.Links.Count(), span.Events.Count()));
    }

    [Fact]
    public void Sent_NobodyListens_TellsNothing() => Assert.Null(new DeliverySpans("shop", "ship", "w").Sent(new Batch(1, [], null, ResumeToken.Beginning)));

    private static object? Outcome(Activity span) => span.GetTagItem("subscriptions.delivery.outcome");

    private static async Task<TelemetryServer> StartAsync(params string[] orders)
    {
        var server = await TelemetryServer.StartAsync();
        await server.SetUpShopAsync();
        foreach (var order in orders) await server.PutAsync(order);
        return server;
    }
}
