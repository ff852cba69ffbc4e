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
    public static ResumeToken Apply(ResumeToken cursor, IReadOnlyList<PartitionState> partitions, bool canMissDeletes, out string? rewound)
    {
        var positions = new List<Position>(partitions.Count);
        var reasons = new List<string>();
        foreach (var partition in partitions)
        {
            var position = cursor[partition.Partition];
            var decision = RewindRule.Decide(position, partition, canMissDeletes: canMissDeletes);
            if (decision.IsAccepted)
            {
                positions.Add(position);
                continue;
            }

            positions.Add(position.RewoundTo(decision.Seqno, partition.FailoverLog, partition.PurgeSeqno));
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"partition {partition.Partition} from {position.Seqno} to {decision.Seqno} ({Describe(decision.Reason!.Value)})"));
        }

        rewound = reasons.Count == 0 ? null : string.Join("; ", reasons);
        return rewound is null ? cursor : new ResumeToken(positions);
    }

    private static string Describe(RewindReason reason) => reason switch
    {
        RewindReason.UnknownBranch => "its branch is not part of this database's history",
        RewindReason.BeyondBranch => "its branch ended before that",
        _ => "tombstones that it has not seen were purged",
    };
}
