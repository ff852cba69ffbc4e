using Grpc.Core;
using Microsoft.Extensions.Logging;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Tests.Fixtures;
using Subscriptions.TestKit.Subscriptions;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Server.Tests.Grpc;

public sealed class ErrorInterceptorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_FailsForAnUnknownReason_TellsAnIdThatTheLogHasAndNothingElse()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        server.Log.ExpectErrors();
        server.SubscriptionStore.FailNext(SubscriptionStoreCall.Create, new InvalidOperationException("the secret inside"));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.CreateSubscriptionAsync());

        var metadata = RpcAssert.Is(StatusCode.Internal, "INTERNAL", error);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        var entry = Assert.Single(server.Log.Entries, e => e.Level == LogLevel.Error);
        Assert.Contains(metadata["error_id"], entry.Text, StringComparison.Ordinal);
        Assert.Contains("the secret inside", entry.Exception!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_DiskIsFull_IsToldAndLoggedWithItsCause()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.CreateDatabaseAsync();
        server.Log.ExpectErrors();
        server.SubscriptionStore.FailNext(SubscriptionStoreCall.Create, new StoreException(StoreFault.DiskFull, "no space left for /secret"));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.CreateSubscriptionAsync());

        RpcAssert.Is(StatusCode.ResourceExhausted, "DISK_FULL", error);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(server.Log.Entries, e => e.Level == LogLevel.Error && e.Exception is StoreException);
    }

    [Fact]
    public async Task Call_CallersMistake_IsLoggedAtDebugAtMost()
    {
        await using var server = await ServerFixture.StartAsync();

        await RpcAssert.FailsAsync(StatusCode.NotFound, "DATABASE_NOT_FOUND", () => server.PutAsync("orders/1"));

        Assert.DoesNotContain(server.Log.Entries, e => e.Level > LogLevel.Debug && e.Text.Contains("Write", StringComparison.Ordinal)
            && e.Category.StartsWith("Subscriptions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UnaryCall_MessageAboveTheLimit_NamesLimitAndSetting()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { RequestBytes = 64 * 1024 } });
        await server.CreateDatabaseAsync();
        var large = Requests.Put("orders/1", Requests.ContentOf(64 * 1024));

        var metadata = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", () => server.WriteAsync(large));

        Assert.Equal(("65536", "Limits:RequestBytes"), (metadata["limit"], metadata["setting"]));
    }

    [Fact]
    public async Task UnaryCall_MessageBelowTheLimit_Passes()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { RequestBytes = 64 * 1024 } });
        await server.CreateDatabaseAsync();

        var response = await server.WriteAsync(Requests.Put("orders/1", Requests.ContentOf(63 * 1024)));

        Assert.Equal(1, response.Outcomes[0].Seqno);
    }

    [Fact]
    public async Task StreamingCall_MessageAboveTheLimit_NamesLimitAndSetting()
    {
        await using var server = await ServerFixture.StartAsync(s => s with { Limits = s.Limits with { RequestBytes = 64 * 1024 } });
        await server.SetUpShopAsync();
        using var worker = await server.OpenAsync();

        await worker.SendAsync(new WorkRequest { Nack = new BatchNack { BatchId = 1, Reason = new string('x', 65 * 1024) } });

        var (error, last) = await worker.ReceiveEndAsync();
        Assert.Equal("Limits:RequestBytes", RpcAssert.Is(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", error)["setting"]);
        Assert.Equal(ErrorReason.LimitExceeded, last?.Closing?.Reason);
    }

    [Fact]
    public async Task Call_ServiceThatDoesNotExist_IsUnimplemented()
    {
        await using var server = await ServerFixture.StartAsync();
        using var channel = ServerFixture.OpenChannel(server.Server.Grpc);
        var method = new Method<GetDatabaseRequest, GetDatabaseResponse>(
            MethodType.Unary, "subscriptions.v1.Nothing", "Call",
            Marshallers.Create(m => Google.Protobuf.MessageExtensions.ToByteArray(m), GetDatabaseRequest.Parser.ParseFrom),
            Marshallers.Create(m => Google.Protobuf.MessageExtensions.ToByteArray(m), GetDatabaseResponse.Parser.ParseFrom));

        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            method, null, new CallOptions(cancellationToken: Cancelled), new GetDatabaseRequest());

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }
}
