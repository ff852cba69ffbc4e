using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;

namespace Subscriptions.Core.Streams;

/// <summary>
/// Decides requests for streams, in the order in which Couchbase's DCP does: first whether the numbers make sense, then, with the filter known, whether the
/// reader may go on from where it is. Pure.
/// </summary>
public static class StreamAdmission
{
    /// <summary>The request with its flags applied to where it begins, and its numbers found to be sound.</summary>
    /// <param name="request">The request.</param>
    /// <param name="partition">Where the partition stands.</param>
    /// <exception cref="EngineException">OUT_OF_RANGE.</exception>
    public static StreamRequest Prepare(StreamRequest request, PartitionState partition)
    {
        var prepared = request with { Start = StartOf(request, partition) };
        if (request.Has(StreamFlags.NotifyOnly)) return prepared with { End = null };

        var start = prepared.Start;
        if (start.Seqno > prepared.End) throw StreamErrors.OutOfRange("end_seqno", prepared.End.Value, start.Seqno, "is below the start's seqno");
        if (start.SnapshotStart > start.Seqno)
            throw StreamErrors.OutOfRange("snapshot_start", start.SnapshotStart, start.Seqno, "is above the start's seqno");
        if (start.SnapshotEnd < start.Seqno) throw StreamErrors.OutOfRange("snapshot_end", start.SnapshotEnd, start.Seqno, "is below the start's seqno");
        return prepared;
    }

    /// <summary>Decides a prepared request.</summary>
    /// <param name="request">From <see cref="Prepare"/>.</param>
    /// <param name="partition">Where the partition stands, as it was for <see cref="Prepare"/>.</param>
    /// <param name="collection">The one collection that the stream's filter can let pass; null: any.</param>
    public static StreamDecision Decide(StreamRequest request, PartitionState partition, string? collection)
    {
        var start = request.Start;
        var decision = RewindRule.Decide(
            start, partition, request.Has(StreamFlags.Strict), request.Has(StreamFlags.IgnorePurged), collection);

        // Whoever undoes what it has applied has not seen the deletions that were purged since then either.
        if (decision.Reason is { } reason)
            return new StreamDecision.Rollback(start.RewoundTo(decision.Seqno, partition.FailoverLog, purgeSeqno: 0), reason);

        var endsAtLatest = request.Has(StreamFlags.ToLatest | StreamFlags.DiskOnly);
        return new StreamDecision.Accepted(OnNewestBranch(start, partition), endsAtLatest ? partition.HighSeqno : request.End ?? long.MaxValue);
    }

    private static Position StartOf(StreamRequest request, PartitionState partition)
    {
        var start = request.Start;
        if (request.Has(StreamFlags.FromLatest))
        {
            var now = Position.Now(partition);
            return start.Branch == BranchId.None ? now : now with { Branch = start.Branch };
        }

        // Nothing is sent from where such a reader is, so what it holds of its snapshot does not matter.
        if (!request.Has(StreamFlags.NotifyOnly)) return start;
        var seqno = Math.Min(start.Seqno, partition.HighSeqno);
        return start with { Seqno = seqno, SnapshotStart = seqno, SnapshotEnd = seqno };
    }

    // What the reader has is shared by its branch and all that came after it. One that holds nothing of its snapshot, or all of it, is consistent.
    private static Position OnNewestBranch(Position start, PartitionState partition)
    {
        if (start.Seqno == 0) return Position.Beginning(start.Partition);

        var isConsistent = start.Seqno == start.SnapshotStart || start.Seqno == start.SnapshotEnd;
        return start with
        {
            Branch = partition.FailoverLog.Current,
            SnapshotStart = isConsistent ? start.Seqno : start.SnapshotStart,
            SnapshotEnd = isConsistent ? start.Seqno : start.SnapshotEnd,
        };
    }
}
