using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>One partition.</summary>
internal sealed record CheckpointEntry
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Partition { get; init; }

    public long Epoch { get; init; }

    public long Seqno { get; init; }

    public string? ResumeToken { get; init; }

    public string? Branch { get; init; }

    public long SnapshotStart { get; init; }

    public long SnapshotEnd { get; init; }

    public long PurgeSeqno { get; init; }

    [JsonIgnore]
    public PartitionPosition? Position => ResumeToken is null ? null : new PartitionPosition
    {
        Seqno = Seqno,
        ResumeToken = ResumeToken,
        Branch = Branch ?? string.Empty,
        SnapshotStart = SnapshotStart,
        SnapshotEnd = SnapshotEnd,
        PurgeSeqno = PurgeSeqno,
    };

    /// <summary>What stands for a partition; without a position, that it was claimed.</summary>
    public static CheckpointEntry Of(int partition, long epoch, PartitionPosition? position) => new()
    {
        Partition = partition,
        Epoch = epoch,
        Seqno = position?.Seqno ?? 0,
        ResumeToken = position?.ResumeToken,
        Branch = position?.Branch,
        SnapshotStart = position?.SnapshotStart ?? 0,
        SnapshotEnd = position?.SnapshotEnd ?? 0,
        PurgeSeqno = position?.PurgeSeqno ?? 0,
    };
}
