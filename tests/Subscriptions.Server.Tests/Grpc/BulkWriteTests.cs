using Grpc.Core;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class BulkWriteTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BulkWrite_ManyRequests_AreAnsweredInOrderAndCounted()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await SendAsync(call, "shop", Requests.Put("orders/1"), Requests.Put("orders/2"));
        await SendAsync(call, "", new WriteOperation { Id = "nothing", Delete = new DeleteAction() });
        for (var i = 0; i < 100; i++) await SendAsync(call, "", Requests.Put($"more/{i}"));
        await call.RequestStream.CompleteAsync();

        var answers = await ReceiveAllAsync(call);

        Assert.Equal(Enumerable.Range(1, 102).Select(n => (long)n), answers.Select(a => a.RequestNumber));
        Assert.Equal([2, 0, 1], answers.Take(3).Select(a => a.ChangedCount));
        Assert.Equal([2, 3, 4], answers.Take(3).Select(a => a.TotalOperations));
        Assert.Equal(103, answers[^1].TotalOperations);
    }

    [Fact]
    public async Task BulkWrite_OneAtATime_IsAnsweredBeforeTheNextIsSent()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);

        for (var i = 1; i <= 3; i++)
        {
            await SendAsync(call, "shop", Requests.Put($"orders/{i}"));
            Assert.True(await call.ResponseStream.MoveNext(Cancelled).Within());
            Assert.Equal(i, call.ResponseStream.Current.RequestNumber);
        }
    }

    [Fact]
    public async Task BulkWrite_Conflict_EndsTheStreamAndKeepsWhatWasAnswered()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        var conflicting = Requests.Put("orders/1");
        conflicting.MustNotExist = true;
        await SendAsync(call, "shop", Requests.Put("orders/1"));
        await SendAsync(call, "", conflicting);

        var answers = new List<BulkWriteResponse>();
        var metadata = await RpcAssert.FailsAsync(StatusCode.Aborted, "REVISION_CONFLICT", () => ReceiveAllAsync(call, answers));

        Assert.Equal("orders/1", metadata["id"]);
        Assert.Equal(1, Assert.Single(answers).RequestNumber);
    }

    [Fact]
    public async Task BulkWrite_BadRequest_NothingBehindItIsCarriedOut()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await SendAsync(call, "shop", Requests.Put("orders/1"));
        await SendAsync(call, "shop", Requests.Put("orders/2", "no json"));
        await SendAsync(call, "shop", Requests.Put("orders/3"));

        var answers = new List<BulkWriteResponse>();
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => ReceiveAllAsync(call, answers));

        Assert.Single(answers);
        await RpcAssert.FailsAsync(
            StatusCode.NotFound,
            "DOCUMENT_NOT_FOUND",
            server.Documents.GetDocumentAsync(new GetDocumentRequest { Database = "shop", Id = "orders/3" }, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task BulkWrite_FirstRequestWithoutDatabase_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await SendAsync(call, "", Requests.Put("orders/1"));

        var metadata = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_ARGUMENT", () => ReceiveAllAsync(call));

        Assert.Equal("database", metadata["field"]);
    }

    [Fact]
    public async Task BulkWrite_DatabaseIsDroppedMeanwhile_IsRefused()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await SendAsync(call, "shop", Requests.Put("orders/1"));
        Assert.True(await call.ResponseStream.MoveNext(Cancelled).Within());
        await server.Databases.DropDatabaseAsync(new DropDatabaseRequest { Name = "shop" }, cancellationToken: Cancelled);

        await SendAsync(call, "", Requests.Put("orders/2"));

        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => ReceiveAllAsync(call));
    }

    [Fact]
    public async Task BulkWrite_NothingIsSent_EndsWell()
    {
        await using var server = await ServerFixture.StartAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await call.RequestStream.CompleteAsync();

        Assert.Empty(await ReceiveAllAsync(call));
    }

    [Fact]
    public async Task BulkWrite_ServerStops_IsToldSo()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        using var call = server.Documents.BulkWrite(cancellationToken: Cancelled);
        await SendAsync(call, "shop", Requests.Put("orders/1"));
        Assert.True(await call.ResponseStream.MoveNext(Cancelled).Within());

        var stopping = server.StopAsync();

        await RpcAssert.FailsAsync(StatusCode.Unavailable, "SHUTTING_DOWN", () => ReceiveAllAsync(call));
        await stopping.Within();
    }

    private static Task SendAsync(
        AsyncDuplexStreamingCall<BulkWriteRequest, BulkWriteResponse> call, string database, params WriteOperation[] operations) =>
        call.RequestStream.SendAsync(new BulkWriteRequest { Database = database, Operations = { operations } });

    private static async Task<List<BulkWriteResponse>> ReceiveAllAsync(
        AsyncDuplexStreamingCall<BulkWriteRequest, BulkWriteResponse> call, List<BulkWriteResponse>? answers = null)
    {
        answers ??= [];
        while (await call.ResponseStream.MoveNext(Cancelled).Within()) answers.Add(call.ResponseStream.Current);
        return answers;
    }
}
