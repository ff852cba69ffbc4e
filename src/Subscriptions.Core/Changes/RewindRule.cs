namespace Subscriptions.Core.Changes;

/// <summary>Why a reader must go back.</summary>
public enum RewindReason
{
    /// <summary>The reader's branch is not part of the partition's history.</summary>
    UnknownBranch = 1,

    /// <summary>The reader went, or its snapshot goes, beyond the point where its branch ended.</summary>
    BeyondBranch = 2,

    /// <summary>Tombstones that the reader has not seen were purged.</summary>
    PurgedTombstones = 3,
}

/// <summary>The rewind rule's answer.</summary>
/// <param name="Seqno">Where the reader may go on from.</param>
/// <param name="Reason">Why it must go back; null when it may go on from where it is.</param>
public readonly record struct RewindDecision(long Seqno, RewindReason? Reason)
{
    /// <summary>True when the reader may go on from where it is.</summary>
    public bool IsAccepted => Reason is null;
}

/// <summary>
/// Decides whether a reader may resume where it says it is. One rule for every face, that of Couchbase's DCP restated over change vectors:
/// a failover log is a change vector (each branch at the seqno where the next one began, the newest at the partition's high seqno), and a
/// reader may go on if that vector covers its snapshot.
/// </summary>
public static class RewindRule
{
    /// <summary>Decides for one partition.</summary>
    /// <param name="reader">Where the reader says it is.</param>
    /// <param name="partition">Where the partition stands.</param>
    /// <param name="strict">Check the branch even of a reader that has read nothing.</param>
    /// <param name="canMissDeletes">Purged tombstones do not send the reader back.</param>
    /// <param name="collection">The one collection that the reader reads: purged tombstones of others do not send it back. Null: it reads all.</param>
    public static RewindDecision Decide(
        Position reader, PartitionState partition, bool strict = false, bool canMissDeletes = false, string? collection = null)
    {
        var seqno = reader.Seqno;
        if (seqno == 0 && (!strict || reader.Branch == BranchId.None)) return new RewindDecision(0, null);

        if (!canMissDeletes && MissedDeletes(reader, partition, collection)) return new RewindDecision(0, RewindReason.PurgedTombstones);

        // A reader that holds nothing of its snapshot, or all of it, is consistent where it stands.
        var end = seqno == reader.SnapshotStart ? seqno : reader.SnapshotEnd;
        var start = seqno == end ? seqno : reader.SnapshotStart;
        var upper = partition.FailoverLog.UpperBound(reader.Branch, partition.HighSeqno);
        var isKnown = partition.FailoverLog.Entries.Any(e => e.Branch == reader.Branch);
        if (!isKnown) return new RewindDecision(0, RewindReason.UnknownBranch);

        if (end <= upper) return new RewindDecision(seqno, null);

        // Who has read past deletions that were purged lacks the documents, and was not told of it: where it goes back below them, they may be there again.
        var back = Math.Min(upper, start);
        return back < reader.PurgeSeqno
            ? new RewindDecision(0, RewindReason.PurgedTombstones)
            : new RewindDecision(back, RewindReason.BeyondBranch);
    }

    /// <summary>Whether tombstones above the reader were purged since it last looked.</summary>
    /// <param name="reader">Where the reader is.</param>
    /// <param name="partition">Where the partition stands.</param>
    /// <param name="collection">The one collection that it reads; null: all.</param>
    public static bool MissedDeletes(Position reader, PartitionState partition, string? collection = null) =>
        reader.Seqno != 0 && reader.Seqno < partition.PurgeSeqnoOf(collection) && reader.PurgeSeqno != partition.PurgeSeqno;
}
