using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.DeadLetters;

/// <summary>Failed items on the wire.</summary>
internal static class FailedItemMapping
{
    /// <summary>A failed item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="partitionCount">How many partitions its database has.</param>
    /// <param name="isDue">It waits for another try.</param>
    public static Wire.FailedItem ToWire(FailedItem item, int partitionCount, bool isDue) => new()
    {
        Id = item.Id,
        Partition = PartitionHash.Of(item.Id, partitionCount),
        Seqno = item.Seqno,
        Attempts = item.Attempts,
        Reason = item.Reason,
        WorkerName = item.WorkerName,
        FirstFailedAt = Timestamp.FromDateTimeOffset(item.FirstFailedAt),
        LastFailedAt = Timestamp.FromDateTimeOffset(item.LastFailedAt),
        DueAt = isDue ? Timestamp.FromDateTimeOffset(item.DueAt) : null,
    };

    /// <summary>Which dead letters are meant; null: all.</summary>
    /// <exception cref="InvalidInputException">None is named, or some are named beside all.</exception>
    public static IReadOnlyList<string>? ToIds(IReadOnlyList<string> ids, bool all)
    {
        if (!all) return ids;
        if (ids.Count == 0) return null;
        throw new InvalidInputException(
            "ids", "", $"names {ids.Count.ToString(CultureInfo.InvariantCulture)} documents although all is set; either name them, or ask for all");
    }
}
