using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1;
using Subscriptions.Server.Grpc.Standard;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Server.Tests.Standard;

public sealed class ReflectionServiceTests : IAsyncLifetime
{
    private StandardServicesHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await StandardServicesHost.StartAsync([SampleDescriptors.Shop], Cancellation);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task ServerReflectionInfo_SeveralRequests_AreAnsweredInOrder(string service)
    {
        using var call = Open(service);

        var list = await AskAsync(call, new ServerReflectionRequest { ListServices = "" });
        var unknown = await AskAsync(call, new ServerReflectionRequest { FileContainingSymbol = "sample.None" });
        var file = await AskAsync(call, new ServerReflectionRequest { FileContainingSymbol = "sample.Shop" });
        await call.RequestStream.CompleteAsync().Within();

        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "sample.Shop"],
            list.ListServicesResponse.Service.Select(listed => listed.Name));
        Assert.Equal((int)StatusCode.NotFound, unknown.ErrorResponse.ErrorCode);
        Assert.Equal(SampleDescriptors.Shop.File.SerializedData, file.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.False(await call.ResponseStream.MoveNext(Cancellation).Within());
    }

    // The status is the next test's: while its own half of the stream is open, .NET's client loses one that it has not read when the
    // connection closes, and reports the lost connection instead.
    [Fact]
    public async Task ServerReflectionInfo_ServerStops_DoesNotHoldTheStopUp()
    {
        using var call = Open("grpc.reflection.v1.ServerReflection");
        await AskAsync(call, new ServerReflectionRequest { ListServices = "" });
        var next = call.ResponseStream.MoveNext(Cancellation);

        await _host.StopAsync(Cancellation);

        await Assert.ThrowsAsync<RpcException>(() => next.Within());
    }

    [Fact]
    public async Task ServerReflectionInfo_ServerStops_EndsAsUnavailable()
    {
        using var lifetime = new FakeLifetime();
        var call = Handle(lifetime, new FakeServerCallContext(Cancellation));

        lifetime.StopApplication();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.Within());
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("The server is stopping.", error.Status.Detail);
    }

    [Fact]
    public async Task ServerReflectionInfo_CallerLeaves_EndsQuietly()
    {
        using var lifetime = new FakeLifetime();
        using var caller = new CancellationTokenSource();
        var call = Handle(lifetime, new FakeServerCallContext(caller.Token));

        await caller.CancelAsync();

        await call.Within();
    }

    private static Task Handle(FakeLifetime lifetime, FakeServerCallContext context) =>
        new ReflectionService(new ReflectionCatalog(), lifetime).ServerReflectionInfo(
            new FakeStreamReader<ServerReflectionRequest>(),
            new FakeStreamWriter<ServerReflectionResponse>(),
            context);

    private static async Task<ServerReflectionResponse> AskAsync(
        AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call,
        ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request, Cancellation).Within();
        Assert.True(await call.ResponseStream.MoveNext(Cancellation).Within());
        return call.ResponseStream.Current;
    }

    // Not through the generated client or the server's own method: the names are what other people's tools send.
    private AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> Open(string service) =>
        _host.Calls.AsyncDuplexStreamingCall(
            new Method<ServerReflectionRequest, ServerReflectionResponse>(
                MethodType.DuplexStreaming,
                service,
                "ServerReflectionInfo",
                Marshallers.Create(request => request.ToByteArray(), ServerReflectionRequest.Parser.ParseFrom),
                Marshallers.Create(response => response.ToByteArray(), ServerReflectionResponse.Parser.ParseFrom)),
            host: null,
            new CallOptions(cancellationToken: Cancellation));
}
