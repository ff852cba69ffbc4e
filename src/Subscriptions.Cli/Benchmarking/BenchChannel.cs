using Grpc.Net.Client;

namespace Subscriptions.Cli.Benchmarking;

/// <summary>Opens channels as the client library does, for the generated stubs.</summary>
internal static class BenchChannel
{
    private const int StreamWindowBytes = 4 * 1024 * 1024;

    /// <summary>Opens a channel. Nothing is connected before its first call.</summary>
    public static GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        },
        DisposeHttpClient = true,
        ThrowOperationCanceledOnCancellation = true,
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });
}
