namespace Subscriptions.Core.Changes;

/// <summary>
/// How far a reader has come in one partition. The snapshot range belongs to it: a reader in the middle of a snapshot may miss versions
/// that were replaced inside the snapshot, so it is consistent only at the snapshot's end.
/// </summary>
/// <param name="Partition">From 0.</param>
/// <param name="Branch">The branch that <paramref name="Seqno"/> belongs to; none at the beginning.</param>
/// <param name="Seqno">The last seqno that the reader has; 0 at the beginning.</param>
/// <param name="SnapshotStart">Where the snapshot that the reader is in began; at most <paramref name="Seqno"/>.</param>
/// <param name="SnapshotEnd">Where it ends; at least <paramref name="Seqno"/>.</param>
/// <param name="PurgeSeqno">The partition's purge seqno when the reader last went on from 0, or from beyond it.</param>
public readonly record struct Position(
    int Partition, BranchId Branch, long Seqno, long SnapshotStart, long SnapshotEnd, long PurgeSeqno)
{
    /// <summary>Nothing read yet.</summary>
    public static Position Beginning(int partition) => new(partition, BranchId.None, 0, 0, 0, 0);

    /// <summary>The partition's newest change, as if everything had been read.</summary>
    public static Position Now(PartitionState state) => new(
        state.Partition, state.FailoverLog.Current, state.HighSeqno, state.HighSeqno, state.HighSeqno, state.PurgeSeqno);

    /// <summary>True when the reader is at the end of a snapshot.</summary>
    public bool IsConsistent => Seqno == SnapshotEnd;

    /// <summary>The position after a page was read from here.</summary>
    /// <param name="lastSeqno">Everything up to here was looked at.</param>
    /// <param name="snapshotEnd">The end of the snapshot that the page came from.</param>
    /// <param name="branch">The partition's branch during the read.</param>
    /// <param name="purgeSeqno">The partition's purge seqno during the read.</param>
    public Position Advanced(long lastSeqno, long snapshotEnd, BranchId branch, long purgeSeqno)
    {
        // A later page of the same scan may see a newer snapshot; versions replaced in either may be missing until both are over.
        var start = IsConsistent ? Seqno : SnapshotStart;
        var end = IsConsistent ? snapshotEnd : Math.Max(SnapshotEnd, snapshotEnd);
        var seen = SeenOf(purgeSeqno);
        return lastSeqno == end
            ? new Position(Partition, branch, lastSeqno, lastSeqno, lastSeqno, seen)
            : new Position(Partition, branch, lastSeqno, start, end, seen);
    }

    /// <summary>The purge seqno that a reader has seen who goes on from here.</summary>
    /// <remarks>
    /// Who is let pass below it, because what was purged is no concern of theirs, has not seen it: of what is purged there later, when a clock was set back, some may
    /// concern them.
    /// </remarks>
    /// <param name="purgeSeqno">The partition's.</param>
    public long SeenOf(long purgeSeqno) => Seqno == 0 || Seqno >= purgeSeqno ? purgeSeqno : PurgeSeqno;

    /// <summary>The position after an administrator or the rewind rule moved the reader back to <paramref name="seqno"/>.</summary>
    /// <param name="seqno">Part of the partition's history; 0 is the beginning.</param>
    /// <param name="log">The partition's branches.</param>
    /// <param name="purgeSeqno">The purges that the reader is taken to have seen: its own, unless someone decided that they do not matter.</param>
    public Position RewoundTo(long seqno, FailoverLog log, long purgeSeqno)
    {
        if (seqno == 0) return Beginning(Partition) with { PurgeSeqno = purgeSeqno };

        // The seqno belongs to the oldest branch that reaches it. One below every start belongs to a branch that the log has forgotten, or
        // that was dropped from it; the oldest that is left shares it.
        var branch = log.Entries[^1].Branch;
        foreach (var entry in log.Entries)
        {
            if (entry.StartSeqno >= seqno) continue;
            branch = entry.Branch;
            break;
        }

        return new Position(Partition, branch, seqno, seqno, seqno, purgeSeqno);
    }
}
