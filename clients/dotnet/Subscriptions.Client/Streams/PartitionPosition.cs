namespace Subscriptions.Client;

/// <summary>
/// A reader's place in one partition. Immutable. What the reader has up to <see cref="Seqno"/> is a consistent picture only at a snapshot's end: within a
/// snapshot versions that were replaced in it are left out, which is why the snapshot belongs to the place.
/// </summary>
public sealed record PartitionPosition
{
    /// <summary>Before the first change.</summary>
    public static PartitionPosition Beginning { get; } = new();

    /// <summary>The last seqno that the reader has.</summary>
    public long Seqno { get; init; }

    /// <summary>
    /// The same as the server says it; goes before all that follows. Empty when the server has given none yet: at the beginning, and at <c>now</c> before the first
    /// change.
    /// </summary>
    public string ResumeToken { get; init; } = string.Empty;

    /// <summary>The branch that the seqno belongs to, 16 hex digits; empty: not known.</summary>
    public string Branch { get; init; } = string.Empty;

    /// <summary>Where the snapshot begins of which the reader has data, exclusive.</summary>
    public long SnapshotStart { get; init; }

    /// <summary>Where it ends, inclusive.</summary>
    public long SnapshotEnd { get; init; }

    /// <summary>The partition's purge seqno when the reader last heard of it; 0: not known.</summary>
    public long PurgeSeqno { get; init; }

    /// <summary>True where everything up to the seqno is a consistent picture.</summary>
    public bool IsConsistent => Seqno >= SnapshotEnd;

    /// <summary>A place that is known by the token only.</summary>
    internal static PartitionPosition Of(string resumeToken) => new() { ResumeToken = resumeToken };

    internal static PartitionPosition Of(V1.StreamPosition wire, string resumeToken) => new()
    {
        Seqno = wire.Seqno,
        ResumeToken = resumeToken,
        Branch = wire.Branch,
        SnapshotStart = wire.HasSnapshotStart ? wire.SnapshotStart : wire.Seqno,
        SnapshotEnd = wire.HasSnapshotEnd ? wire.SnapshotEnd : wire.Seqno,
        PurgeSeqno = wire.PurgeSeqno,
    };

    /// <summary>Says in a request that the reader is here.</summary>
    internal void WriteTo(V1.StreamOpen request)
    {
        if (ResumeToken.Length > 0)
        {
            request.ResumeToken = ResumeToken;
        }
        else if (Branch.Length > 0)
        {
            request.Position = new V1.StreamPosition
            {
                Branch = Branch,
                Seqno = Seqno,
                SnapshotStart = SnapshotStart,
                SnapshotEnd = SnapshotEnd,
                PurgeSeqno = PurgeSeqno,
            };
        }
    }
}
