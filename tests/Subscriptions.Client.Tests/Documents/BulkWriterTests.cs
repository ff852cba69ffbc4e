using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Documents;

/// <summary>Many writes over one stream.</summary>
public sealed class BulkWriterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_ManyOperations_AreGatheredInOrder()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 3 });
        await AddAsync(writer, 0, 7);
        var completion = writer.CompleteAsync(Cancelled);
        var call = await server.AcceptBulkAsync();

        var requests = new[] { await call.ReceiveAsync(), await call.ReceiveAsync(), await call.ReceiveAsync() };
        foreach (var request in requests)
        {
            await call.ConfirmAsync(request);
        }

        Assert.Equal(["shop", "", ""], requests.Select(r => r.Database));
        Assert.Equal(["0 1 2", "3 4 5", "6"], requests.Select(r => string.Join(' ', r.Operations.Select(o => o.Id))));
        Assert.Equal(new BulkWriteSummary(3, 7, 7), await completion.Within());
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Add_BeyondTheBytes_BeginsANewRequest()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxBytes = 1024 });
        foreach (var (id, size) in new[] { ("a", 500), ("b", 500), ("c", 500), ("d", 5000), ("e", 1) })
        {
            await writer.AddAsync(DocumentOperation.PutJson(id, new byte[size]), Cancelled).Within();
        }

        var completion = writer.CompleteAsync(Cancelled);
        var call = await server.AcceptBulkAsync();
        var sent = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var request = await call.ReceiveAsync();
            sent.Add(string.Concat(request.Operations.Select(o => o.Id)));
            await call.ConfirmAsync(request);
        }

        await completion.Within();
        Assert.Equal(["ab", "c", "d", "e"], sent);
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Add_AllPlacesTaken_WaitsForAnAnswer()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1, MaxInFlight = 2 });
        await AddAsync(writer, 0, 2);
        var third = writer.AddAsync(DocumentOperation.Delete("2"), Cancelled);
        var call = await server.AcceptBulkAsync();
        var first = await call.ReceiveAsync();
        var second = await call.ReceiveAsync();

        Assert.False(third.IsCompleted);
        call.AssertNothingReceived();
        await call.ConfirmAsync(first);

        await third.Within();
        Assert.Equal("2", (await call.ReceiveAsync()).Operations[0].Id);
        Assert.Equal(1, writer.Durable.Requests);
        await call.ConfirmAsync(second);
        await call.ConfirmAsync(second);
        await writer.DisposeAsync().Within();
        Assert.Equal(3, writer.Durable.Requests);
    }

    [Fact]
    public async Task Add_CancelledWhileItWaits_IsNotAdded()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1, MaxInFlight = 1 });
        using var impatience = new CancellationTokenSource();
        await AddAsync(writer, 0, 1);
        var waiting = writer.AddAsync(DocumentOperation.Delete("never"), impatience.Token);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        var next = writer.AddAsync(DocumentOperation.Delete("next"), Cancelled);
        var call = await server.AcceptBulkAsync();
        await call.ConfirmAsync(await call.ReceiveAsync());
        await next.Within();
        var request = await call.ReceiveAsync();
        Assert.Equal("next", Assert.Single(request.Operations).Id);
        await call.ConfirmAsync(request);
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Flush_UnderWay_WaitsUntilAllIsDurable()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 2 });
        await AddAsync(writer, 0, 3);
        var flush = writer.FlushAsync(Cancelled);
        var call = await server.AcceptBulkAsync();
        var first = await call.ReceiveAsync();
        var second = await call.ReceiveAsync();
        await call.ConfirmAsync(first);

        Assert.False(flush.IsCompleted);
        await call.ConfirmAsync(second);

        await flush.Within();
        Assert.Equal(new BulkWriteSummary(2, 3, 3), writer.Durable);
        await AddAsync(writer, 3, 1);
        var disposal = writer.DisposeAsync().AsTask();
        await call.ConfirmAsync(await call.ReceiveAsync());
        await disposal.Within();
        Assert.Equal(4, writer.Durable.Operations);
    }

    [Fact]
    public async Task Failure_OfARequest_SurfacesAndIsNotRepeatedByDispose()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1 });
        await AddAsync(writer, 0, 2);
        var call = await server.AcceptBulkAsync();
        await call.ConfirmAsync(await call.ReceiveAsync());
        await call.ReceiveAsync();
        call.Fail(Wire.Error("REVISION_CONFLICT", StatusCode.Aborted, ("operation", "0"), ("id", "1"), ("current_revision", "2-bb")));

        var failure = await Assert.ThrowsAsync<RevisionConflictException>(() => writer.FlushAsync(Cancelled).Within());

        Assert.Equal("1", failure.Id);
        Assert.Equal(new BulkWriteSummary(1, 1, 1), writer.Durable);
        await Assert.ThrowsAsync<RevisionConflictException>(() => writer.AddAsync(DocumentOperation.Delete("x"), Cancelled).Within());
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Failure_WhileAllPlacesAreTaken_EndsTheWait()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1, MaxInFlight = 1 });
        await AddAsync(writer, 0, 1);
        var waiting = writer.AddAsync(DocumentOperation.Delete("x"), Cancelled);
        var call = await server.AcceptBulkAsync();
        call.Fail(Wire.Error("DISK_FULL", StatusCode.ResourceExhausted));

        var failure = await Assert.ThrowsAsync<DiskFullException>(() => waiting.Within());

        Assert.Equal((ErrorReason.DiskFull, true), (failure.Reason, failure.IsRetryable));
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Failure_NobodyHeardOf_IsThrownByDispose()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1 });
        await AddAsync(writer, 0, 1);
        (await server.AcceptBulkAsync()).Fail(Wire.Error("DATABASE_NOT_FOUND", StatusCode.NotFound));

        await Assert.ThrowsAsync<DatabaseNotFoundException>(() => writer.DisposeAsync().Within());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Answer_OutOfOrder_IsABreachOfTheContract(long number)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1 });
        await AddAsync(writer, 0, 2);
        var call = await server.AcceptBulkAsync();
        await call.SendAsync(new BulkWriteResponse { RequestNumber = number });

        var failure = await Assert.ThrowsAsync<ProtocolViolationException>(() => writer.CompleteAsync(Cancelled).Within());

        Assert.Equal(ErrorReason.ProtocolViolation, failure.Reason);
        await writer.DisposeAsync().Within();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ok_BeforeTheWriterIsCompleted_IsAFailure(bool isSomethingUnderWay)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop", new BulkWriterOptions { MaxOperations = 1 });
        await AddAsync(writer, 0, 1);
        var call = await server.AcceptBulkAsync();
        var request = await call.ReceiveAsync();
        if (!isSomethingUnderWay)
        {
            await call.ConfirmAsync(request);
        }

        call.Complete();

        await Assert.ThrowsAsync<ServerUnavailableException>(async () =>
        {
            await writer.FlushAsync(Cancelled).Within();
            await writer.AddAsync(DocumentOperation.Delete("x"), Cancelled).Within();
            await writer.CompleteAsync(Cancelled).Within();
        });
        await writer.DisposeAsync().Within();
    }

    [Fact]
    public async Task Add_AfterComplete_IsRefused()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = server.Connect();
        var writer = client.Documents.OpenBulkWriter("shop");
        Assert.Equal(default, await writer.CompleteAsync(Cancelled).Within());

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => writer.AddAsync(DocumentOperation.Delete("x"), Cancelled).Within());

        Assert.Contains("'shop' was completed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(default, await writer.CompleteAsync(Cancelled).Within());
        await writer.DisposeAsync().Within();
    }

    private static async Task AddAsync(BulkWriter writer, int first, int count)
    {
        for (var id = first; id < first + count; id++)
        {
            await writer.AddAsync(DocumentOperation.PutJson($"{id}", "{}"u8.ToArray()), Cancelled).Within();
        }
    }
}
