using Grpc.Core;
using Subscriptions.Core.Documents;

namespace Subscriptions.Server.Grpc.Documents;

/// <summary>Which trace a call was made in.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// What the caller said, rather than the server's own span of the call: that one is there only where the server exports spans, while
    /// the caller's is there for whoever follows the change. Null when the caller's trace is not recorded.
    /// </summary>
    public static TraceOrigin? Of(ServerCallContext call) => TraceOrigin.Of(call.GetHttpContext().Request.Headers.TraceParent);
}
