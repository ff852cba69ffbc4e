using Grpc.Core;
using Subscriptions.Server.Hosting;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Changes;

/// <summary>What a caller is sent of a feed. One at a time.</summary>
/// <param name="stream">The caller.</param>
/// <param name="context">The call.</param>
/// <param name="stalls">Cuts the caller off when it does not read.</param>
internal sealed class FeedResponses(IServerStreamWriter<Wire.WatchChangesResponse> stream, ServerCallContext context, StallWatch stalls)
{
    /// <summary>Sends a message, and waits while the caller does not take it.</summary>
    public ValueTask WriteAsync(Wire.WatchChangesResponse message, CancellationToken cancellationToken)
    {
        var sending = stream.WriteAsync(message, cancellationToken);
        return sending.IsCompletedSuccessfully ? ValueTask.CompletedTask : stalls.GuardAsync(sending, message.CalculateSize(), context.GetHttpContext());
    }
}
