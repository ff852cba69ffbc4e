using System.Text.Json.Serialization;

namespace Subscriptions.Client;

/// <summary>A place, as it is written down.</summary>
internal sealed record PlaceEntry
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Seqno { get; init; }

    public string? ResumeToken { get; init; }

    public string? Branch { get; init; }

    public long SnapshotStart { get; init; }

    public long SnapshotEnd { get; init; }

    public long PurgeSeqno { get; init; }

    public static PlaceEntry Of(PartitionPosition position) => new()
    {
        Seqno = position.Seqno,
        ResumeToken = position.ResumeToken,
        Branch = position.Branch,
        SnapshotStart = position.SnapshotStart,
        SnapshotEnd = position.SnapshotEnd,
        PurgeSeqno = position.PurgeSeqno,
    };

    public PartitionPosition ToPosition() => new()
    {
        Seqno = Seqno,
        ResumeToken = ResumeToken ?? string.Empty,
        Branch = Branch ?? string.Empty,
        SnapshotStart = SnapshotStart,
        SnapshotEnd = SnapshotEnd,
        PurgeSeqno = PurgeSeqno,
    };
}
