using System.Net;
using Grpc.Core;

namespace Subscriptions.Server.Grpc.Work;

/// <summary>Where a caller is connected from.</summary>
internal static class PeerAddress
{
    /// <summary>Address and port, such as <c>127.0.0.1:40312</c>.</summary>
    public static string Of(ServerCallContext context)
    {
        var connection = context.GetHttpContext().Connection;
        return connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort).ToString() : context.Peer;
    }
}
