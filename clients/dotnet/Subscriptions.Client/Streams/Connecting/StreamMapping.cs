namespace Subscriptions.Client;

/// <summary>Between the contract's words about streams and this library's.</summary>
internal static class StreamMapping
{
    public static IReadOnlyList<BranchInfo> Log(IEnumerable<V1.FailoverLogEntry> entries) =>
        [.. entries.Select(entry => new BranchInfo(entry.Branch, entry.StartSeqno))];

    public static PartitionStreamEnd End(V1.StreamEndReason reason) =>
        Enum.IsDefined((PartitionStreamEnd)reason) ? (PartitionStreamEnd)reason : PartitionStreamEnd.Unknown;

    public static RollbackReason Reason(V1.RollbackReason reason) =>
        Enum.IsDefined((RollbackReason)reason) ? (RollbackReason)reason : RollbackReason.Unknown;

    public static SnapshotSource Source(V1.SnapshotSource source) =>
        Enum.IsDefined((SnapshotSource)source) ? (SnapshotSource)source : SnapshotSource.Unknown;

    public static PartitionRollback Rollback(V1.StreamRollback wire, int partition, long fromSeqno) => new(
        partition,
        wire.Seqno,
        fromSeqno,
        Reason(wire.Reason),
        Log(wire.FailoverLog),
        wire.Position is { } position
            ? PartitionPosition.Of(position, wire.ResumeToken)
            : new PartitionPosition { Seqno = wire.Seqno, SnapshotStart = wire.Seqno, SnapshotEnd = wire.Seqno, ResumeToken = wire.ResumeToken },
        wire.Seqno);

    /// <summary>What a refusal is as an exception.</summary>
    public static SubscriptionsException Refused(V1.Refused refused, int partition)
    {
        var reason = Enum.IsDefined((ErrorReason)refused.Reason) ? (ErrorReason)refused.Reason : ErrorReason.Unknown;

        // A store that failed over one stream may work for the next; a status that says otherwise would have ended the connection.
        return ErrorMapper.Create(
            new ErrorDetails(
                $"The server refuses the stream of partition {partition}: {refused.Message}",
                reason,
                NameOf(refused.Reason),
                new Dictionary<string, string>(refused.Metadata, StringComparer.Ordinal),
                ErrorMapper.IsRetryable(reason, Grpc.Core.StatusCode.Unavailable)),
            inner: null);
    }

    // As errors carry it: IN_USE for InUse.
    private static string NameOf(V1.ErrorReason reason) =>
        string.Concat(reason.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
