using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// What was handed out of one subscription and what became of it: a pure machine. It knows the log behind the cursor as stretches
/// (<see cref="LogStretches"/>), the documents that wait for another try (<see cref="RetryTable"/>), and who has which document.
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
    private readonly Dictionary<string, Claim> _out = new(StringComparer.Ordinal);
    private readonly LedgerRules _rules;
    private readonly LogStretches _log;
    private readonly RetryRules _retryRules;
    private Stretch? _takingAgain;

    /// <param name="rules">What holds for the whole flow.</param>
    /// <param name="cursor">Where delivery begins.</param>
    /// <param name="ackedBefore">What was acked above it by those who worked before.</param>
    /// <param name="retries">What waits for another try.</param>
    public DeliveryLedger(LedgerRules rules, ResumeToken cursor, AckedRanges ackedBefore, IEnumerable<FailedItem> retries)
    {
        _rules = rules;
        _log = new LogStretches(rules, cursor, ackedBefore);
        Retries = new RetryTable(retries, rules.IsRevisions);
        _retryRules = new RetryRules(rules, Retries, _log);
    }

    /// <summary>Everything up to here is done, or has a row among the retries.</summary>
    public ResumeToken Cursor => _log.Cursor;

    /// <summary>How far the log was read.</summary>
    public ResumeToken Scan => _log.Scan;

    /// <summary>What was acked above the cursor.</summary>
    public AckedRanges AckedAbove => _log.DoneAbove;

    /// <summary>What waits for another try.</summary>
    public RetryTable Retries { get; }

    /// <summary>True when nothing is out, nothing waits, and nothing has to be tried again.</summary>
    public bool IsDrained => _log.IsEmpty && Retries.Count == 0;

    /// <summary>True when the log may be read on: not while too much waits for another try.</summary>
    public bool MayScan => Retries.Count < _rules.MaxRetries;

    /// <summary>True when the scan has to ask <see cref="HoldsBack"/>.</summary>
    public bool MayHoldBack => Retries.Count > 0 || _out.Count > 0 || _log.MayBeDoneAbove;

    /// <inheritdoc cref="LogStretches.CursorAfter" />
    public ResumeToken CursorAfter(IReadOnlyCollection<Claim> claims) => _log.CursorAfter(claims);

    /// <summary>Whether the scan leaves out a change that matches, because it is done or comes in another way.</summary>
    public bool HoldsBack(Change change, DateTimeOffset now)
    {
        if (_log.IsDone(change)) return true;
        if (Retries.Find(change.Id) is { } row)
        {
            _retryRules.Met(row, change, now);
            return true;
        }

        if (!_out.TryGetValue(change.Id, out var claim) || claim == _takingAgain) return false;

        _retryRules.HeldBack(change, claim, now);
        return true;
    }

    /// <inheritdoc cref="LogStretches.IsAhead" />
    public bool IsAhead(Change change) => _log.IsAhead(change);

    /// <summary>The scan went on by one step.</summary>
    /// <returns>The claim on what was found; null when nothing was.</returns>
    public Stretch? Scanned(ResumeToken end, IReadOnlyList<Change> items)
    {
        var found = _log.Add(end, KeysOf(items));
        if (found is not null) Track(found);
        return found;
    }

    /// <inheritdoc cref="LogStretches.NextWaiting" />
    public Stretch? NextWaiting(DateTimeOffset now, out bool isBlocked) => _takingAgain = _log.NextWaiting(now, out isBlocked);

    /// <summary>A stretch that waited was read again, from its beginning to <paramref name="end"/>.</summary>
    /// <returns>The claim on what was found; null when nothing is left of it.</returns>
    public Stretch? TakenAgain(Stretch waiting, ResumeToken end, IReadOnlyList<Change> items)
    {
        var (taken, left) = _log.Replace(waiting, end, KeysOf(items));
        ReleaseItems(waiting);
        Track(taken);
        if (left is not null) Track(left);
        if (items.Count > 0) return taken;

        _log.Settle(taken);
        return null;
    }

    /// <summary>The rows that are due, marked as out.</summary>
    public List<RetryRow> TakeDue(DateTimeOffset now, int max)
    {
        if (!(Retries.NextDueAt() <= now)) return [];

        // A single worker's documents are not kept track of one by one; they are looked up when something is to be tried again.
        return Retries.TakeDue(
            now, max, _rules.IsExclusive ? _out.ContainsKey : _log.ItemsOut.Select(i => i.Id).ToHashSet(StringComparer.Ordinal).Contains);
    }

    /// <summary>Rows that were taken are handed to a worker.</summary>
    public RetryClaim Claimed(IReadOnlyList<Change> items, IReadOnlyList<int> attempts)
    {
        foreach (var (change, attempt) in items.Zip(attempts))
        {
            // The document may have changed since the row was written: the version that is out counts.
            var row = Retries.Find(change.Id)!;
            row.Item = row.Item with { Seqno = change.Seqno, Attempts = attempt - 1 };
        }

        return new RetryClaim(KeysOf(items), attempts);
    }

    /// <summary>The items of a claim are done, but for those that failed.</summary>
    public void Ack(Claim claim, DateTimeOffset now)
    {
        foreach (var item in claim.Items)
        {
            if (!claim.HasFailed(item.Id)) _retryRules.Done(claim, item, now);
        }

        if (claim is not Stretch stretch) return;
        ReleaseItems(stretch);
        _log.Settle(stretch);
    }

    /// <summary>The items of a claim are to be handed out again, but for those that failed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="wasSent">A worker got them.</param>
    /// <param name="notBefore">When they may be handed out again.</param>
    /// <param name="now">The time.</param>
    public void GiveBack(Claim claim, bool wasSent, DateTimeOffset notBefore, DateTimeOffset now)
    {
        if (claim is Stretch stretch)
        {
            // Of revisions none may overtake one that comes back, not even in a search that is under way.
            if (!_rules.IsRevisions) ReleaseItems(stretch);
            stretch.GiveBack(wasSent, notBefore, keepsItems: _rules.IsRevisions);
            return;
        }

        foreach (var item in claim.Items)
        {
            if (!claim.HasFailed(item.Id) && Retries.Find(item.Id) is { } row) _retryRules.CameBack(row, notBefore, now);
        }
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
        return _retryRules.Failed(item, claim.AttemptOf(index), failure);
    }

    /// <summary>An item that was never handed out could not be processed by the query's script.</summary>
    public FailureOutcome FailUnsent(Change change, ItemFailure failure)
    {
        var attempts = Retries.Find(change.Id) is { } row && row.Item.Seqno == change.Seqno ? row.Item.Attempts + 1 : 1;
        return _retryRules.Failed(new ItemKey(change.Id, change.Seqno), attempts, failure);
    }

    /// <summary>When something that waits may be handed out; null when nothing waits for a time.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
    {
        var (stretch, row) = (_log.NextDueAt(now), Retries.NextDueAt());
        return stretch is null || row < stretch ? row : stretch;
    }

    private void Track(Stretch stretch)
    {
        if (!_rules.IsExclusive) return;
        foreach (var item in stretch.Items) _out.TryAdd(item.Id, stretch);
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

    private static ItemKey[] KeysOf(IReadOnlyList<Change> items)
    {
        var keys = new ItemKey[items.Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = new ItemKey(items[i].Id, items[i].Seqno);
        return keys;
    }
}
