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
        if (connection.RemoteIpAddress is not { } address) return context.Peer;

        // One that came in by a socket for both versions of the protocol.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new IPEndPoint(address, connection.RemotePort).ToString();
    }
}
