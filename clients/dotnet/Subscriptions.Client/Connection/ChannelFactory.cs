using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Subscriptions.Client;

/// <summary>Makes the HTTP/2 channel to a server.</summary>
internal static class ChannelFactory
{
    // One stream may fill this before the sender has to wait for an answer. The default of 64 KiB costs a round trip for every 64 KiB of a
    // batch; this holds several chunks of the largest size.
    private const int StreamWindowBytes = 4 * 1024 * 1024;

    // How long the channel itself fails calls, without trying, after it could not connect. The default doubles from 1 to 120 seconds, and
    // would keep workers, which pace themselves, from a server that is back.
    private static readonly TimeSpan ReconnectBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxReconnectBackoff = TimeSpan.FromSeconds(1);

    public static GrpcChannel Create(SubscriptionsClientOptions options, ILoggerFactory loggerFactory)
    {
        var handler = new SocketsHttpHandler
        {
            // A server allows so many streams on a connection (Kestrel: 100); more workers than that need another one.
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = options.KeepAliveInterval,
            KeepAlivePingTimeout = options.KeepAliveInterval,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        options.ConfigureHandler?.Invoke(handler);
        return GrpcChannel.ForAddress(options.Address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            LoggerFactory = loggerFactory,
            InitialReconnectBackoff = ReconnectBackoff,
            MaxReconnectBackoff = MaxReconnectBackoff,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
        });
    }
}
