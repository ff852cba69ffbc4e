using System.Diagnostics;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Telemetry;

/// <summary>What writers report.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class WriteTelemetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_Succeeds_IsASpanAndMeasured()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var client = telemetry.Server.Connect();
        telemetry.Server.Documents.Write = r => new WriteResponse { Outcomes = { r.Operations.Select(_ => new WriteOutcome()) } };

        await client.Documents.WriteAsync("shop", [DocumentOperation.Delete("a"), DocumentOperation.Delete("b")], Cancelled).Within();

        var span = await telemetry.SpanAsync("send shop");
        Assert.Equal((ActivityKind.Producer, ActivityStatusCode.Unset), (span.Kind, span.Status));
        var tags = telemetry.Tags("send", "send");
        Assert.Equal(tags, telemetry.Measured("messaging.client.operation.duration", "send").Tags);
        Assert.Equal("s", telemetry.Measured("messaging.client.operation.duration", "send").Unit);
        var sent = telemetry.Measured("messaging.client.sent.messages", "send");
        Assert.Equal((2d, "{message}"), (sent.Value, sent.Unit));
        Assert.Equal(tags, sent.Tags);
        tags["messaging.batch.message_count"] = 2;
        Assert.Equal(tags, span.TagObjects.ToDictionary());
    }

    [Fact]
    public async Task Write_IsRefused_SaysWhyInSpanAndMetrics()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var client = telemetry.Server.Connect();
        telemetry.Server.Documents.Write = _ => throw Wire.Error("REVISION_CONFLICT", StatusCode.FailedPrecondition);

        await Assert.ThrowsAsync<RevisionConflictException>(
            () => client.Documents.WriteAsync("shop", DocumentOperation.Delete("a"), Cancelled).Within());

        var span = await telemetry.SpanAsync("send shop");
        Assert.Equal((ActivityStatusCode.Error, "RevisionConflict"), (span.Status, span.GetTagItem("error.type")));
        Assert.Equal(
            telemetry.Tags("send", "send", errorType: "RevisionConflict"),
            telemetry.Measured("messaging.client.operation.duration", "send").Tags);
    }

    [Fact]
    public async Task Delete_IsAWriteLikeOthers()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var client = telemetry.Server.Connect();
        telemetry.Server.Documents.Delete = _ => new DeleteDocumentResponse();

        await client.Documents.DeleteAsync("shop", "a", cancellationToken: Cancelled).Within();

        await telemetry.SpanAsync("send shop");
        Assert.Equal(1, telemetry.Measured("messaging.client.sent.messages", "send").Value);
    }

    [Fact]
    public async Task BulkWrite_EachRequest_IsASpanThatTheServerIsTold()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var client = telemetry.Server.Connect();
        var (writer, completion, call) = await CompleteOneAsync(telemetry, client);

        var request = await call.ReceiveAsync();
        Assert.Empty(telemetry.Measurements);
        await call.ConfirmAsync(request);
        await completion.Within();
        await writer.DisposeAsync().Within();

        var span = await telemetry.SpanAsync("send shop");
        Assert.Equal(request.Traceparent, span.Id);
        Assert.Equal(1, telemetry.Measured("messaging.client.sent.messages", "send").Value);
    }

    [Fact]
    public async Task BulkWrite_StreamFails_WhatIsUnderWayFails()
    {
        await using var telemetry = await TelemetryFixture.StartAsync();
        await using var client = telemetry.Server.Connect();
        var (writer, completion, call) = await CompleteOneAsync(telemetry, client);
        await call.ReceiveAsync();

        call.Fail(Wire.Error("DISK_FULL", StatusCode.ResourceExhausted));

        await Assert.ThrowsAnyAsync<SubscriptionsException>(() => completion.Within());
        await writer.DisposeAsync().Within();
        var span = await telemetry.SpanAsync("send shop");
        Assert.Equal((ActivityStatusCode.Error, "DiskFull"), (span.Status, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Write_NobodyListens_MakesNoSpan()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        using var around = new Activity("around").Start();
        await using var bulk = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1 });

        await bulk.AddAsync(DocumentOperation.Delete("a"), Cancelled).Within();
        var call = await server.AcceptBulkAsync();
        var request = await call.ReceiveAsync();
        await call.ConfirmAsync(request);

        Assert.Equal("", request.Traceparent);
        Assert.Same(around, Activity.Current);
    }

    // A bulk writer whose only request is on its way.
    private static async Task<(BulkWriter Writer, Task<BulkWriteSummary> Completion, ScriptedBulkCall Call)> CompleteOneAsync(
        TelemetryFixture telemetry, SubscriptionsClient client)
    {
        var writer = client.Documents.OpenBulkWriter("shop");
        await writer.AddAsync(DocumentOperation.Delete("a"), Cancelled).Within();
        var completion = writer.CompleteAsync(Cancelled);
        return (writer, completion, await telemetry.Server.AcceptBulkAsync());
    }
}
