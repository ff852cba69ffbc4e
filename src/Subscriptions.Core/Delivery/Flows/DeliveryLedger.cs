using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// What was handed out of one subscription and what became of it: a pure machine. It knows the log behind the cursor as stretches, in the
/// order of the scan and without gaps, and the documents that wait for another try.
/// </summary>
/// <remarks>
/// <para>The cursor is where the first stretch begins that is not done: the low-water mark. What is done above it is kept as ranges, so that
/// workers who share a subscription may ack in any order.</para>
/// <para>A document is in one place: in a stretch, or in a row of the retries. The scan leaves out a document that has a row, or that is out
/// with a worker who shares the subscription, and the row brings it, in its newest version.</para>
/// <para>A save holds everything that belongs together: a cursor that passes a document, and the row that brings the document again.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class DeliveryLedger
{
    private readonly LinkedList<Stretch> _stretches = [];
    private readonly Dictionary<string, Claim> _out = new(StringComparer.Ordinal);
    private readonly HashSet<(int Partition, long Seqno)> _doneAlone = [];
    private readonly LedgerRules _rules;
    private readonly AckedRanges _ackedBefore;
    private Stretch? _takingAgain;

    /// <param name="rules">What holds for the whole flow.</param>
    /// <param name="cursor">Where delivery begins.</param>
    /// <param name="ackedBefore">What was acked above it by those who worked before.</param>
    /// <param name="retries">What waits for another try.</param>
    public DeliveryLedger(LedgerRules rules, ResumeToken cursor, AckedRanges ackedBefore, IEnumerable<FailedItem> retries)
    {
        _rules = rules;
        _ackedBefore = ackedBefore;
        Cursor = Scan = cursor;
        Retries = new RetryTable(retries, rules.IsRevisions);
    }

    /// <summary>Everything up to here is done, or has a row among the retries.</summary>
    public ResumeToken Cursor { get; private set; }

    /// <summary>How far the log was read.</summary>
    public ResumeToken Scan { get; private set; }

    /// <summary>What waits for another try.</summary>
    public RetryTable Retries { get; }

    /// <summary>True when nothing is out, nothing waits, and nothing has to be tried again.</summary>
    public bool IsDrained => _stretches.Count == 0 && Retries.Count == 0;

    /// <summary>True when the log may be read on: not while too much waits for another try.</summary>
    public bool MayScan => Retries.Count < _rules.MaxRetries;

    /// <summary>True when the scan has to ask <see cref="HoldsBack"/>.</summary>
    public bool MayHoldBack => Retries.Count > 0 || _out.Count > 0 || _doneAlone.Count > 0 || !_ackedBefore.IsEmpty;

    /// <summary>What was acked above the cursor.</summary>
    public AckedRanges AckedAbove => AckedRanges.Create(DoneRanges());

    /// <summary>Whether the scan leaves out a change that matches, because it is done or comes in another way.</summary>
    public bool HoldsBack(Change change, DateTimeOffset now)
    {
        if (IsDone(change)) return true;
        if (Retries.Find(change.Id) is { } row)
        {
            Meet(row, change, now);
            return true;
        }

        if (!_out.TryGetValue(change.Id, out var claim) || claim == _takingAgain) return false;

        // Of revisions the row stands for the one that is out as well: should that come back, the order is kept.
        var seqno = _rules.IsRevisions ? claim.Items.First(i => i.Id == change.Id).Seqno : change.Seqno;
        Retries.Put(new FailedItem(change.Id, seqno, 0, now)).StandsFor = claim;
        return true;
    }

    /// <summary>Whether the scan will bring a change, and all later ones of the document: it has not passed it, and leaves none of them out.</summary>
    public bool IsAhead(Change change)
    {
        if (change.Seqno <= Scan[change.Partition].Seqno) return false;
        return _rules.IsRevisions ? change.Seqno > _ackedBefore.EndOf(change.Partition) : !IsDone(change);
    }

    /// <summary>The scan went on by one step.</summary>
    /// <returns>The claim on what was found; null when nothing was.</returns>
    public Stretch? Scanned(ResumeToken end, IReadOnlyList<Change> items)
    {
        var start = Scan;
        Scan = end;
        if (items.Count > 0) return Track(_stretches.AddLast(new Stretch(start, end, KeysOf(items))));

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
        _takingAgain = null;
        foreach (var stretch in _stretches)
        {
            if (stretch.State != StretchState.Waiting) continue;
            if (stretch.NotBefore <= now) return _takingAgain = stretch;
            if (_rules.IsShared && !_rules.IsRevisions) continue;
            isBlocked = true;
            return null;
        }

        return null;
    }

    /// <summary>A stretch that waited was read again, from its beginning to <paramref name="end"/>.</summary>
    /// <returns>The claim on what was found; null when nothing is left of it.</returns>
    public Stretch? TakenAgain(Stretch waiting, ResumeToken end, IReadOnlyList<Change> items)
    {
        var node = _stretches.Find(waiting) ?? throw new InvalidOperationException("The stretch is not known.");
        var taken = _stretches.AddBefore(node, Stretch.Again(waiting.Start, end, KeysOf(items), waiting.Attempt + 1));
        ReleaseItems(waiting);
        Track(taken);
        if (!end.Equals(waiting.End))
        {
            var keys = taken.Value.Items.ToHashSet();
            var left = waiting.Items.Where(i => !keys.Contains(i) && !waiting.HasFailed(i.Id));
            Track(_stretches.AddAfter(taken, Stretch.Waits(end, waiting.End, [.. left], waiting.Attempt, waiting.NotBefore)));
        }

        _stretches.Remove(node);
        if (items.Count > 0) return taken.Value;

        Settle(taken);
        return null;
    }

    /// <summary>The rows that are due, marked as out.</summary>
    public List<RetryRow> TakeDue(DateTimeOffset now, int max)
    {
        if (!(Retries.NextDueAt() <= now)) return [];
        return Retries.TakeDue(now, max, _rules.IsExclusive ? _out.ContainsKey : OutIds().Contains);
    }

    /// <summary>Rows that were taken are handed to a worker.</summary>
    public RetryClaim Claimed(IReadOnlyList<Change> items, IReadOnlyList<int> attempts)
    {
        var claim = new RetryClaim(KeysOf(items), attempts);
        foreach (var (change, attempt) in items.Zip(attempts))
        {
            // The document may have changed since the row was written: the version that is out counts.
            var row = Retries.Find(change.Id)!;
            row.Item = row.Item with { Seqno = change.Seqno, Attempts = attempt - 1 };
        }

        return claim;
    }

    /// <summary>The items of a claim are done, but for those that failed.</summary>
    public void Ack(Claim claim, DateTimeOffset now)
    {
        foreach (var item in claim.Items)
        {
            if (!claim.HasFailed(item.Id)) Done(claim, item, now);
        }

        if (claim is not Stretch stretch) return;
        ReleaseItems(stretch);
        Settle(_stretches.Find(stretch)!);
    }

    /// <summary>The items of a claim are to be handed out again, but for those that failed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="wasSent">A worker got them.</param>
    /// <param name="notBefore">When they may be handed out again.</param>
    /// <param name="now">The time.</param>
    public void GiveBack(Claim claim, bool wasSent, DateTimeOffset notBefore, DateTimeOffset now)
    {
        if (claim is RetryClaim)
        {
            foreach (var item in claim.Items)
            {
                if (!claim.HasFailed(item.Id) && Retries.Find(item.Id) is { } row) GiveBack(row, notBefore, now);
            }
        }

        if (claim is not Stretch stretch) return;

        // Of revisions none may overtake one that comes back, not even in a search that is under way.
        if (!_rules.IsRevisions) ReleaseItems(stretch);
        stretch.GiveBack(wasSent, notBefore, keepsItems: _rules.IsRevisions);
    }

    /// <summary>An item of a claim could not be processed: it leaves the claim, for another try or for good.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="index">Which item.</param>
    /// <param name="failure">Why, and what was asked for.</param>
    /// <returns>What became of it.</returns>
    public FailureOutcome Fail(Claim claim, int index, ItemFailure failure)
    {
        var item = claim.Items[index];
        if (!claim.Fail(item.Id)) return FailureOutcome.Known;

        if (_out.GetValueOrDefault(item.Id) == claim) _out.Remove(item.Id);
        return Park(item, claim.AttemptOf(index), failure);
    }

    /// <summary>An item that was never handed out could not be processed by the query's script.</summary>
    public FailureOutcome FailUnsent(Change change, ItemFailure failure)
    {
        var attempts = Retries.Find(change.Id) is { } row && row.Item.Seqno == change.Seqno ? row.Item.Attempts + 1 : 1;
        return Park(new ItemKey(change.Id, change.Seqno), attempts, failure);
    }

    /// <summary>When something that waits may be handed out; null when nothing waits for a time.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
    {
        var next = Retries.NextDueAt();
        foreach (var stretch in _stretches)
        {
            if (stretch.State == StretchState.Waiting && stretch.NotBefore > now && (next is null || stretch.NotBefore < next)) next = stretch.NotBefore;
        }

        return next;
    }

    // Is it done although the stretch that it lies in may not be?
    private bool IsDone(Change change) =>
        _doneAlone.Contains((change.Partition, change.Seqno)) || _ackedBefore.Contains(change.Partition, change.Seqno);

    // A document that came by its row, and is done: should its stretch be read again, it is left out.
    private void DoneAlone(ItemKey item)
    {
        var partition = PartitionHash.Of(item.Id, _rules.Partitions);
        if (item.Seqno > Cursor[partition].Seqno) _doneAlone.Add((partition, item.Seqno));
    }

    private FailureOutcome Park(ItemKey item, int attempts, ItemFailure failure)
    {
        var row = Retries.Find(item.Id);
        if (_rules.IsRevisions && row is { IsOut: false } && row.Item.Seqno < item.Seqno) return FailureOutcome.Superseded;

        // A worker has a later version already, and that one decides.
        if (row is { IsOut: true } && row.Item.Seqno > item.Seqno) return FailureOutcome.Superseded;

        var newer = row is null ? 0 : Math.Max(row.NewerSeqno, row.Item.Seqno);
        if (newer > item.Seqno && !_rules.IsRevisions)
        {
            // The document has changed meanwhile: its new version has tries of its own, and they begin at once.
            Retries.Put(new FailedItem(item.Id, newer, 0, failure.Now));
            return FailureOutcome.Superseded;
        }

        var failed = new FailedItem(item.Id, item.Seqno, attempts, failure.Now + (failure.Delay ?? _rules.Policy.BackoffAfter(attempts, failure.Jitter)))
        {
            Reason = failure.Reason,
            WorkerName = failure.WorkerName,
            FirstFailedAt = row is { Item.Attempts: > 0 } ? row.Item.FirstFailedAt : failure.Now,
            LastFailedAt = failure.Now,
        };

        if (attempts < _rules.Policy.MaxAttempts && !failure.IsFinal)
        {
            Retries.Put(failed);
            return FailureOutcome.Retried;
        }

        if (_rules.Policy.OnExhausted == ExhaustedAction.Stop && !failure.IsFinal)
        {
            Retries.Put(failed with { Attempts = 0, DueAt = failure.Now });
            return FailureOutcome.Stops;
        }

        Retries.Bury(failed with { DueAt = failure.Now });
        DoneAlone(item);

        // Later revisions may have been left out behind this one: a row brings them, unless one of an earlier revision was replayed.
        if (_rules.IsRevisions && Retries.Find(item.Id) is null) Retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, failure.Now));
        return FailureOutcome.DeadLettered;
    }

    private void GiveBack(RetryRow row, DateTimeOffset notBefore, DateTimeOffset now)
    {
        if (row.NewerSeqno > row.Item.Seqno && !_rules.IsRevisions) Retries.Put(new FailedItem(row.Item.Id, row.NewerSeqno, 0, now));
        else if (notBefore > now) Retries.Put(row.Item with { DueAt = notBefore });
        else Retries.Offer(row);
    }

    // The scan met a change of a document that has a row.
    private void Meet(RetryRow row, Change change, DateTimeOffset now)
    {
        if (row.IsOut)
        {
            row.NewerSeqno = Math.Max(row.NewerSeqno, change.Seqno);
        }
        else if (_rules.IsRevisions)
        {
            // Revisions come one after the other, from the oldest that is not done.
            if (change.Seqno < row.Item.Seqno) Retries.Put(row.Item with { Seqno = change.Seqno, Attempts = 0 });
        }
        else if (change.Seqno > row.Item.Seqno)
        {
            Retries.Put(new FailedItem(change.Id, change.Seqno, 0, now));
        }
    }

    private void Done(Claim claim, ItemKey item, DateTimeOffset now)
    {
        if (Retries.Find(item.Id) is not { } row) return;

        if (claim is RetryClaim)
        {
            DoneAlone(item);
            if (_rules.IsRevisions) Retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, now));
            else if (row.NewerSeqno > item.Seqno) Retries.Put(new FailedItem(item.Id, row.NewerSeqno, 0, now));
            else Retries.Remove(item.Id);
        }
        else if (_rules.IsRevisions)
        {
            // A row that does not stand for this claim is of an earlier revision: it brings this one again too, in its order.
            if (row.StandsFor == claim) Retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, now)).StandsFor = claim;
        }
        else if (Math.Max(row.Item.Seqno, row.NewerSeqno) <= item.Seqno)
        {
            // An older version failed, and this one, which was already on its way, did not. Should it be out once more, that is for nothing.
            Retries.Remove(item.Id);
        }
    }

    private Stretch Track(LinkedListNode<Stretch> node)
    {
        if (_rules.IsExclusive)
        {
            foreach (var item in node.Value.Items) _out.TryAdd(item.Id, node.Value);
        }

        return node.Value;
    }

    private void ReleaseItems(Stretch claim)
    {
        if (Retries.Count == 0 && _out.Count == 0) return;

        foreach (var item in claim.Items)
        {
            if (_out.GetValueOrDefault(item.Id) == claim) _out.Remove(item.Id);

            // Rows that stood behind the claim were passed over.
            if (Retries.Find(item.Id) is { IsOut: false } row) Retries.Offer(row);
        }
    }

    // A single worker's documents are not kept track of one by one; they are looked up when something is to be tried again.
    private HashSet<string> OutIds() => _stretches
        .Where(s => s.State == StretchState.Out)
        .SelectMany(s => s.Items.Where(i => !s.HasFailed(i.Id)))
        .Select(i => i.Id)
        .ToHashSet(StringComparer.Ordinal);

    private void Settle(LinkedListNode<Stretch> node)
    {
        node.Value.Ack();
        if (node.Next is { Value.State: StretchState.Acked } next)
        {
            node.Value.End = next.Value.End;
            _stretches.Remove(next);
        }

        if (node.Previous is { Value.State: StretchState.Acked } previous)
        {
            previous.Value.End = node.Value.End;
            _stretches.Remove(node);
        }

        while (_stretches.First is { Value.State: StretchState.Acked } first)
        {
            MoveCursor(first.Value.End);
            _stretches.RemoveFirst();
        }
    }

    private void MoveCursor(ResumeToken to)
    {
        Cursor = to;
        if (_doneAlone.Count > 0) _doneAlone.RemoveWhere(d => d.Seqno <= to[d.Partition].Seqno);
    }

    private IEnumerable<AckedRange> DoneRanges()
    {
        foreach (var (partition, seqno) in _doneAlone) yield return new AckedRange(partition, seqno - 1, seqno);
        foreach (var range in _ackedBefore.Ranges)
        {
            var after = Math.Max(range.After, Cursor[range.Partition].Seqno);
            if (range.Through > after) yield return range with { After = after };
        }

        if (!_rules.IsShared) yield break;
        foreach (var stretch in _stretches.Where(s => s.State == StretchState.Acked))
        {
            foreach (var end in stretch.End.Positions)
            {
                var after = stretch.Start[end.Partition].Seqno;
                if (end.Seqno > after) yield return new AckedRange(end.Partition, after, end.Seqno);
            }
        }
    }

    private static ItemKey[] KeysOf(IReadOnlyList<Change> items)
    {
        var keys = new ItemKey[items.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = new ItemKey(items[i].Id, items[i].Seqno);
        return keys;
    }
}
