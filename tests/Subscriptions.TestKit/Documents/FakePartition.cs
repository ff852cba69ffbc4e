using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.TestKit.Documents;

/// <summary>One partition of a <see cref="FakeDatabase"/>: the newest version of each document, by seqno.</summary>
internal sealed class FakePartition(int partition)
{
    private FailoverLog _failoverLog = FailoverLog.StartingWith(BranchId.Create());
    private readonly SortedSet<long> _seqnos = [];
    private readonly Dictionary<long, Change> _changes = [];
    private long _highSeqno;
    private long _purgeSeqno;
    private CollectionPurges _purges = CollectionPurges.None;

    public PartitionState State => new(partition, _highSeqno, _purgeSeqno, _failoverLog) { Purges = _purges };

    public void Undo(Change newest, Change? then)
    {
        Remove(newest.Seqno);
        if (then is not null) Add(then, supersededSeqno: 0);
    }

    public void Branch(long seqno)
    {
        _failoverLog = _failoverLog.Branched(BranchId.Create(), seqno);
        _highSeqno = seqno;
    }

    public void CopyFrom(FakePartition other)
    {
        (_failoverLog, _highSeqno) = (other._failoverLog, other._highSeqno);
        (_purgeSeqno, _purges) = (other._purgeSeqno, other._purges);
        foreach (var change in other._changes.Values) Add(change, supersededSeqno: 0);
    }

    public long NextSeqno() => ++_highSeqno;

    public void Add(Change change, long supersededSeqno)
    {
        if (supersededSeqno > 0) Remove(supersededSeqno);
        _seqnos.Add(change.Seqno);
        _changes.Add(change.Seqno, change);
    }

    public void Purge(Change tombstone)
    {
        Remove(tombstone.Seqno);
        _purgeSeqno = Math.Max(_purgeSeqno, tombstone.Seqno);
        _purges = _purges.With(tombstone.Collection, tombstone.Seqno);
    }

    public ChangePage Read(long afterSeqno, ReadLimits limits) => Read(
        afterSeqno >= _highSeqno ? [] : _seqnos.GetViewBetween(afterSeqno + 1, _highSeqno).Select(seqno => _changes[seqno]), limits);

    /// <summary>A page of changes of this partition that come by increasing seqno.</summary>
    public ChangePage Read(IEnumerable<Change> changes, ReadLimits limits)
    {
        var page = new List<Change>();
        long size = 0;
        foreach (var change in changes)
        {
            size += change.Size;
            if (page.Count == limits.MaxCount || (page.Count > 0 && size > limits.MaxBytes))
                return new ChangePage(page, page[^1].Seqno, _highSeqno);
            page.Add(change);
        }

        return new ChangePage(page, _highSeqno, _highSeqno);
    }

    private void Remove(long seqno)
    {
        _seqnos.Remove(seqno);
        _changes.Remove(seqno);
    }
}
