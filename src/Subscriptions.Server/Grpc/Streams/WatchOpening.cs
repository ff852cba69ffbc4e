using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Feeds;
using Subscriptions.Server.Grpc.Changes;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>What somebody wants to be told of partitions, checked.</summary>
/// <param name="Partitions">Which.</param>
/// <param name="Since">Newer than what.</param>
/// <param name="Heartbeat">The longest silence.</param>
internal sealed record WatchOpening(IReadOnlyList<int> Partitions, ResumeToken Since, TimeSpan Heartbeat)
{
    /// <summary>Checks a request.</summary>
    /// <exception cref="Core.Validation.InvalidInputException">A field is outside its limit.</exception>
    /// <exception cref="Core.Errors.EngineException">PARTITION_NOT_FOUND.</exception>
    public static WatchOpening Of(Wire.WatchPartitionsRequest request, Database database)
    {
        var partitions = database.Feed.Partitions;
        return new WatchOpening(
            [.. PartitionMapping.Select(partitions, request.Partitions).Select(p => p.Partition)],
            request.Since.Length == 0 ? ResumeToken.Beginning : FeedSince.Parse(request.Since, partitions, "since"),
            FeedOpening.HeartbeatOf(request.Heartbeat));
    }
}
