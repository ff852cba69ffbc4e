using Microsoft.AspNetCore.Server.Kestrel.Core;
using Subscriptions.Server.Settings;

namespace Subscriptions.Server.Hosting;

/// <summary>The network: which addresses speak what, and how much of it one caller may use.</summary>
internal static class KestrelSetup
{
    private const int MiB = 1024 * 1024;

    // Lists of keys and ids stand in it.
    private const int RequestLineBytes = 64 * 1024;

    // Connections that are neither workers' nor listeners': administrators, writers, probes.
    private const int OtherConnections = 2000;

    /// <summary>Sets limits and endpoints; gRPC first.</summary>
    public static void Configure(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, settings.Limits);
        kestrel.Listen(settings.Server.Grpc.Address, settings.Server.Grpc.Port, o => o.Protocols = HttpProtocols.Http2);
        kestrel.Listen(settings.Server.Http.Address, settings.Server.Http.Port, o => o.Protocols = HttpProtocols.Http1);
    }

    private static void Limit(KestrelServerLimits limits, LimitsOptions options)
    {
        limits.MaxConcurrentConnections = options.WorkerConnections + options.FeedListeners + options.StreamConnections + OtherConnections;
        limits.MaxRequestLineSize = RequestLineBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // Both faces check for themselves; this only must not be in their way.
        limits.MaxRequestBodySize = Math.Max(options.HttpBodyBytes, options.RequestBytes + MiB);

        // What a writer may have on the way before the server has read it: enough for one large message, or for many over a long line.
        limits.Http2.InitialStreamWindowSize = 4 * MiB;
        limits.Http2.InitialConnectionWindowSize = 8 * MiB;
        limits.Http2.MaxStreamsPerConnection = options.StreamsPerConnection;

        // Finds peers that are gone without having said so.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
