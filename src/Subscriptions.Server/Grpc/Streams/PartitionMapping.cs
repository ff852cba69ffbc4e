using Subscriptions.Core.Changes;
using Subscriptions.Core.Streams;
using Subscriptions.Server.Grpc.DatabaseAdmin;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Streams;

/// <summary>Partitions, from and to the wire.</summary>
internal static class PartitionMapping
{
    /// <summary>The partitions that a caller names, by number; all when it names none.</summary>
    /// <exception cref="Core.Errors.EngineException">PARTITION_NOT_FOUND.</exception>
    public static IReadOnlyList<PartitionState> Select(IReadOnlyList<PartitionState> partitions, IReadOnlyCollection<int> named)
    {
        if (named.Count == 0) return partitions;
        foreach (var partition in named)
        {
            if (partition < 0 || partition >= partitions.Count) throw StreamErrors.NoPartition(partition, partitions.Count);
        }

        return [.. named.Distinct().Order().Select(p => partitions[p])];
    }

    /// <summary>Their branches.</summary>
    public static Wire.GetFailoverLogsResponse ToFailoverLogs(IEnumerable<PartitionState> partitions) => new()
    {
        Partitions =
        {
            partitions.Select(p => new Wire.PartitionFailoverLog { Partition = p.Partition, FailoverLog = { DatabaseMapping.ToWire(p.FailoverLog) } }),
        },
    };

    /// <summary>Where they stand.</summary>
    public static Wire.GetPartitionSeqnosResponse ToSeqnos(IEnumerable<PartitionState> partitions) => new()
    {
        Partitions =
        {
            partitions.Select(p => new Wire.PartitionSeqnos
            {
                Partition = p.Partition,
                HighSeqno = p.HighSeqno,
                PurgeSeqno = p.PurgeSeqno,
                Branch = p.FailoverLog.Current.ToString(),
            }),
        },
    };

    /// <summary>Those that have something newer.</summary>
    public static Wire.WatchPartitionsResponse ToWire(IEnumerable<PartitionReady> ready) => new()
    {
        Partitions =
        {
            ready.Select(r => new Wire.PartitionReady
            {
                Partition = r.State.Partition,
                HighSeqno = r.HighSeqno,
                Rollback = r.Rollback is { } rollback ? StreamMessages.ToWire(0, r.State, rollback) : null,
            }),
        },
    };
}
