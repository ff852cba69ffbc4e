using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>An unbroken run of one partition's newest changes: a growing ring in which a seqno's place is found by subtraction.</summary>
internal sealed class TailRun(long highSeqno)
{
    private Entry[] _ring = [];
    private int _head;
    private int _count;
    private long _last = highSeqno;
    private SharedPage? _newest;

    private long First => _last - _count + 1;

    public void Add(Change change)
    {
        if (change.Seqno != _last + 1)
            throw new InvalidOperationException($"The store announced change {change.Seqno} of partition {change.Partition} after {_last}.");
        if (_count == _ring.Length) Grow();

        _ring[(_head + _count) & (_ring.Length - 1)] = new Entry(change, IsSuperseded: false);
        _count++;
        _last = change.Seqno;
    }

    public void MarkSuperseded(long seqno)
    {
        if (seqno < First || seqno > _last) return;
        ref var entry = ref At(seqno);
        entry = entry with { IsSuperseded = true };
    }

    public Change RemoveOldest()
    {
        var oldest = _ring[_head].Change;
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        if (_newest?.AfterSeqno < First - 1) _newest = null;
        return oldest;
    }

    public ChangePage? Read(long afterSeqno, ReadLimits limits)
    {
        if (afterSeqno >= _last) return Page([], _last);
        if (afterSeqno < First - 1) return null;

        // Many readers wait at the end of the log, wake together and ask for the same.
        if (_newest is { } shared && shared.AfterSeqno == afterSeqno && shared.Limits == limits && shared.Page.SnapshotEnd == _last) return shared.Page;

        var page = Collect(afterSeqno, limits);
        _newest = new SharedPage(afterSeqno, limits, page);
        return page;
    }

    private ChangePage Collect(long afterSeqno, ReadLimits limits)
    {
        var changes = new List<Change>((int)Math.Min(limits.MaxCount, _last - afterSeqno));
        var bytes = 0L;
        for (var seqno = afterSeqno + 1; seqno <= _last; seqno++)
        {
            ref var entry = ref At(seqno);
            if (entry.IsSuperseded) continue;

            bytes += entry.Change.Size;
            var isFull = changes.Count > 0 && (changes.Count == limits.MaxCount || bytes > limits.MaxBytes);
            if (isFull) return Page(changes, changes[^1].Seqno);
            changes.Add(entry.Change);
        }

        return Page(changes, _last);
    }

    private ChangePage Page(IReadOnlyList<Change> changes, long lastSeqno) => new(changes, lastSeqno, _last) { IsFromMemory = true };

    private ref Entry At(long seqno) => ref _ring[(_head + (int)(seqno - First)) & (_ring.Length - 1)];

    private void Grow()
    {
        var larger = new Entry[Math.Max(16, _ring.Length * 2)];
        for (var i = 0; i < _count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        _ring = larger;
        _head = 0;
    }

    private readonly record struct Entry(Change Change, bool IsSuperseded);

    private sealed record SharedPage(long AfterSeqno, ReadLimits Limits, ChangePage Page);
}
