using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>
/// Tells a reader of one collection where the next change of that collection can be, so that a quiet collection's reader does not scan
/// what a busy one wrote. Of each collection and partition it remembers the last few runs of seqnos that hold all its changes; runs that
/// do not fit are merged, so the answer may be too low but never too high.
/// </summary>
internal sealed class CollectionRuns
{
    private const int MaxRuns = 16;
    private const int MaxTracked = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Collection, int Partition), List<Run>> _tracked = [];
    private readonly long[] _openedAt;

    /// <param name="partitions">Where the partitions stand when tracking begins; nothing is known of what lies below.</param>
    public CollectionRuns(IEnumerable<PartitionState> partitions) => _openedAt = [.. partitions.Select(p => p.HighSeqno)];

    /// <summary>Notes one transaction's changes.</summary>
    public void Add(IReadOnlyList<CommittedChange> changes)
    {
        lock (_lock)
        {
            foreach (var committed in changes) Add(committed.Change.Collection, committed.Change.Partition, committed.Change.Seqno);
        }
    }

    /// <summary>The least seqno above <paramref name="after"/> that can be a change of the collection.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="after">Where the reader is.</param>
    /// <param name="highSeqno">The partition's newest change, taken before this call: the answer is at most one more.</param>
    public long Next(string collection, int partition, long after, long highSeqno)
    {
        lock (_lock)
        {
            if (!_tracked.TryGetValue((collection, partition), out var runs))
                return after < _openedAt[partition] || _tracked.Count >= MaxTracked ? after + 1 : highSeqno + 1;

            foreach (var run in runs)
            {
                if (run.Last > after) return Math.Min(Math.Max(after + 1, run.First), highSeqno + 1);
            }

            return highSeqno + 1;
        }
    }

    private void Add(string collection, int partition, long seqno)
    {
        if (!_tracked.TryGetValue((collection, partition), out var runs))
        {
            if (_tracked.Count >= MaxTracked) return;
            _tracked[(collection, partition)] = runs = [new Run(1, _openedAt[partition])];
        }

        if (runs[^1].Last == seqno - 1) runs[^1] = runs[^1] with { Last = seqno };
        else runs.Add(new Run(seqno, seqno));
        if (runs.Count > MaxRuns) MergeOldest(runs);
    }

    private static void MergeOldest(List<Run> runs)
    {
        runs[0] = runs[0] with { Last = runs[1].Last };
        runs.RemoveAt(1);
    }

    private readonly record struct Run(long First, long Last);
}
