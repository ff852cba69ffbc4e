using System.Globalization;

namespace Subscriptions.Core.Changes;

/// <summary>Applies the rewind rule to a cursor that the server keeps: the server moves it back by itself and says so.</summary>
public static class CursorRewind
{
    /// <summary>The cursor from which a reader may go on.</summary>
    /// <param name="cursor">The stored cursor.</param>
    /// <param name="partitions">Where the partitions stand.</param>
    /// <param name="canMissDeletes">The reader does not want deletions, so purged tombstones do not matter to it.</param>
    /// <param name="rewound">What was moved back and why, for people; null when nothing was.</param>
    /// <param name="collection">The one collection that the reader reads; null: all.</param>
    public static ResumeToken Apply(
        ResumeToken cursor, IReadOnlyList<PartitionState> partitions, bool canMissDeletes, out string? rewound, string? collection = null)
    {
        var positions = new List<Position>(partitions.Count);
        var reasons = new List<string>();
        foreach (var partition in partitions)
        {
            var position = cursor[partition.Partition];
            var start = Apply(position, partition, canMissDeletes, collection, out var reason);
            positions.Add(start);
            if (reason is null) continue;

            reasons.Add(string.Create(
                CultureInfo.InvariantCulture, $"partition {partition.Partition} from {position.Seqno} to {start.Seqno} ({Describe(reason.Value)})"));
        }

        foreach (var position in cursor.Positions.Where(p => p.Partition >= partitions.Count))
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"partition {position.Partition} (the database has none of that number any more)"));

        rewound = reasons.Count == 0 ? null : string.Join("; ", reasons);
        return rewound is null ? cursor : new ResumeToken(positions);
    }

    /// <summary>What of the ranges that were acked above a cursor that stays where it is belongs to the history as it is now.</summary>
    /// <param name="ranges">The ranges, on the branches of the cursor.</param>
    /// <param name="cursor">The cursor.</param>
    /// <param name="partitions">Where the partitions stand.</param>
    public static AckedRanges Apply(AckedRanges ranges, ResumeToken cursor, IReadOnlyList<PartitionState> partitions)
    {
        if (ranges.Ranges.All(r => r.Through <= Reach(r.Partition))) return ranges;

        return AckedRanges.Create(ranges.Ranges.Where(r => r.After < Reach(r.Partition)).Select(r => r with { Through = Math.Min(r.Through, Reach(r.Partition)) }));

        long Reach(int partition)
        {
            if (partition >= partitions.Count) return 0;

            // A cursor at the beginning names no branch: the ranges can be of any but where there was only one. What is dropped is delivered again.
            var (log, branch) = (partitions[partition].FailoverLog, cursor[partition].Branch);
            if (branch == BranchId.None) return log.Entries.Length == 1 ? long.MaxValue : 0;
            return log.UpperBound(branch, long.MaxValue);
        }
    }

    // Going back can lead below tombstones that were purged since the reader looked, and then further: each round is lower than the one
    // before. The reader has still seen only the purges that it had seen.
    private static Position Apply(Position position, PartitionState partition, bool canMissDeletes, string? collection, out RewindReason? reason)
    {
        reason = null;
        while (RewindRule.Decide(position, partition, canMissDeletes: canMissDeletes, collection: collection) is { IsAccepted: false } decision)
        {
            reason = decision.Reason;
            position = position.RewoundTo(decision.Seqno, partition.FailoverLog, position.PurgeSeqno);
        }

        return position;
    }

    private static string Describe(RewindReason reason) => reason switch
    {
        RewindReason.UnknownBranch => "its branch is not part of this database's history",
        RewindReason.BeyondBranch => "its branch ended before that",
        _ => "tombstones that it has not seen were purged",
    };
}
