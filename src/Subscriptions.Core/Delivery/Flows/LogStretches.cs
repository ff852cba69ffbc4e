using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// The log between the cursor and the scan, as stretches in the order of the scan and without gaps: what of it is out, what came back, what is
/// done. It knows positions, and of documents only those that are done ahead of their stretch. Not thread-safe.
/// </summary>
/// <param name="rules">What holds for the whole flow.</param>
/// <param name="cursor">Where delivery begins.</param>
/// <param name="ackedBefore">What was acked above it by those who worked before.</param>
internal sealed class LogStretches(LedgerRules rules, ResumeToken cursor, AckedRanges ackedBefore)
{
    private readonly LinkedList<Stretch> _stretches = [];
    private readonly HashSet<(int Partition, long Seqno)> _doneAlone = [];

    /// <summary>Everything up to here is done: where the first stretch begins that is not.</summary>
    public ResumeToken Cursor { get; private set; } = cursor;

    /// <summary>How far the log was read.</summary>
    public ResumeToken Scan { get; private set; } = cursor;

    /// <summary>True when everything up to the scan is done.</summary>
    public bool IsEmpty => _stretches.Count == 0;

    /// <summary>True when something above the cursor is done.</summary>
    public bool MayBeDoneAbove => _doneAlone.Count > 0 || !ackedBefore.IsEmpty;

    /// <summary>What is done above the cursor.</summary>
    public AckedRanges DoneAbove => AckedRanges.Create(DoneRanges());

    /// <summary>The items of the stretches that are out.</summary>
    public IEnumerable<ItemKey> ItemsOut => _stretches
        .Where(s => s.State == StretchState.Out)
        .SelectMany(s => s.Items.Where(i => !s.HasFailed(i.Id)));

    /// <summary>Where the cursor is, at least, once some claims are done: where the first stretch begins that is neither done nor among them.</summary>
    public ResumeToken CursorAfter(IReadOnlyCollection<Claim> claims)
    {
        var cursor = Cursor;
        foreach (var stretch in _stretches)
        {
            if (stretch.State != StretchState.Acked && !(stretch.State == StretchState.Out && claims.Contains(stretch))) break;
            cursor = stretch.End;
        }

        return cursor;
    }

    /// <summary>Whether a change is done although its stretch may not be.</summary>
    public bool IsDone(Change change) =>
        _doneAlone.Contains((change.Partition, change.Seqno)) || ackedBefore.Contains(change.Partition, change.Seqno);

    /// <summary>Whether the scan will bring a change, and all later ones of the document: it has not passed it, and leaves none of them out.</summary>
    public bool IsAhead(Change change)
    {
        if (change.Seqno <= Scan[change.Partition].Seqno) return false;
        return rules.IsRevisions ? change.Seqno > ackedBefore.EndOf(change.Partition) : !IsDone(change);
    }

    /// <summary>An item came by its row, and is done: should its stretch be read again, it is left out.</summary>
    public void DoneAlone(ItemKey item)
    {
        var partition = PartitionHash.Of(item.Id, rules.Partitions);
        if (item.Seqno > Cursor[partition].Seqno) _doneAlone.Add((partition, item.Seqno));
    }

    /// <summary>The scan went on by one step.</summary>
    /// <returns>The stretch, which is out; null when it has no items.</returns>
    public Stretch? Add(ResumeToken end, IReadOnlyList<ItemKey> items)
    {
        var start = Scan;
        Scan = end;
        if (items.Count > 0) return _stretches.AddLast(new Stretch(start, end, items)).Value;

        if (_stretches.Last is { Value.State: StretchState.Acked } last) last.Value.End = end;
        else if (_stretches.Count > 0) _stretches.AddLast(new Stretch(start, end, []));
        else MoveCursor(end);
        return null;
    }

    /// <summary>The first stretch that came back and may be handed out again.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isBlocked">True when one that may not yet be handed out stands before everything else: order is kept for a single worker, and of revisions.</param>
    public Stretch? NextWaiting(DateTimeOffset now, out bool isBlocked)
    {
        isBlocked = false;
        foreach (var stretch in _stretches)
        {
            if (stretch.State != StretchState.Waiting) continue;
            if (stretch.NotBefore <= now) return stretch;
            if (rules.IsShared && !rules.IsRevisions) continue;
            isBlocked = true;
            return null;
        }

        return null;
    }

    /// <summary>When the next stretch that waits may be handed out; null when none waits for a time.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now) => _stretches
        .Where(s => s.State == StretchState.Waiting && s.NotBefore > now)
        .Min(s => (DateTimeOffset?)s.NotBefore);

    /// <summary>A stretch that waited was read again, from its beginning to <paramref name="end"/>.</summary>
    /// <returns>What was read, which is out; and the rest, which waits, null when there is none.</returns>
    public (Stretch Taken, Stretch? Left) Replace(Stretch waiting, ResumeToken end, IReadOnlyList<ItemKey> items)
    {
        var node = Find(waiting);
        var taken = _stretches.AddBefore(node, Stretch.Again(waiting.Start, end, items, waiting.Attempt + 1));
        Stretch? left = null;
        if (!end.Equals(waiting.End))
        {
            var unread = waiting.Items.Except(items).Where(i => !waiting.HasFailed(i.Id));
            left = Stretch.Waits(end, waiting.End, [.. unread], waiting.Attempt, waiting.NotBefore);
            _stretches.AddAfter(taken, left);
        }

        _stretches.Remove(node);
        return (taken.Value, left);
    }

    /// <summary>A stretch is done; the cursor follows as far as nothing stands before it.</summary>
    public void Settle(Stretch stretch)
    {
        var node = Find(stretch);
        stretch.Ack();
        if (node.Next is { Value.State: StretchState.Acked } next)
        {
            stretch.End = next.Value.End;
            _stretches.Remove(next);
        }

        if (node.Previous is { Value.State: StretchState.Acked } previous)
        {
            previous.Value.End = stretch.End;
            _stretches.Remove(node);
        }

        while (_stretches.First is { Value.State: StretchState.Acked } first)
        {
            MoveCursor(first.Value.End);
            _stretches.RemoveFirst();
        }
    }

    private LinkedListNode<Stretch> Find(Stretch stretch) =>
        _stretches.Find(stretch) ?? throw new InvalidOperationException("The stretch is not known.");

    private void MoveCursor(ResumeToken to)
    {
        Cursor = to;
        if (_doneAlone.Count > 0) _doneAlone.RemoveWhere(d => d.Seqno <= to[d.Partition].Seqno);
    }

    private IEnumerable<AckedRange> DoneRanges()
    {
        foreach (var (partition, seqno) in _doneAlone) yield return new AckedRange(partition, seqno - 1, seqno);
        foreach (var range in ackedBefore.Ranges)
        {
            var after = Math.Max(range.After, Cursor[range.Partition].Seqno);
            if (range.Through > after) yield return range with { After = after };
        }

        if (!rules.IsShared) yield break;
        foreach (var stretch in _stretches.Where(s => s.State == StretchState.Acked))
        {
            foreach (var end in stretch.End.Positions)
            {
                var after = stretch.Start[end.Partition].Seqno;
                if (end.Seqno > after) yield return new AckedRange(end.Partition, after, end.Seqno);
            }
        }
    }
}
