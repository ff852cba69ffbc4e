using Grpc.Core;

namespace Subscriptions.Client;

/// <summary>How writing to a stream fails when the call is over, for whatever reason: its status, which the reading side gets, tells why.</summary>
internal static class BrokenStream
{
    /// <summary>
    /// True for what gRPC throws, and for what it lets through from the connection below when that breaks in the middle of a write.
    /// </summary>
    public static bool Is(Exception exception) =>
        exception is RpcException or OperationCanceledException or InvalidOperationException or IOException or HttpRequestException;
}
