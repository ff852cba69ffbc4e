using Grpc.Core;

namespace Subscriptions.Server.Tests.GrpcApi;

/// <summary>A transport that answers a unary call with its request and keeps what the last call was made with.</summary>
internal sealed class EchoInvoker : CallInvoker
{
    public static readonly Method<string, string> Method =
        new(MethodType.Unary, "test.Echo", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public string? Host { get; private set; }

    public CallOptions Options { get; private set; }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        (Host, Options) = (host, options);
        return (TResponse)(object)request;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw Unsupported();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw Unsupported();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw Unsupported();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw Unsupported();

    private static NotSupportedException Unsupported() => new("This transport makes blocking unary calls only.");
}
