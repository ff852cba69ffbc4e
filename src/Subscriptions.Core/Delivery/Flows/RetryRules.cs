using Subscriptions.Core.Documents;
using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// What becomes of a document's row among the retries when something happens to the document: it failed, was done, came back, or the scan met
/// it. Not thread-safe.
/// </summary>
/// <param name="rules">What holds for the whole flow.</param>
/// <param name="retries">The rows.</param>
/// <param name="log">Told of items that are done ahead of their stretch.</param>
internal sealed class RetryRules(LedgerRules rules, RetryTable retries, LogStretches log)
{
    /// <summary>A version failed.</summary>
    /// <param name="item">The version.</param>
    /// <param name="attempts">How often it was delivered.</param>
    /// <param name="failure">Why, and what was asked for.</param>
    public FailureOutcome Failed(ItemKey item, int attempts, ItemFailure failure)
    {
        var row = retries.Find(item.Id);
        if (IsSuperseded(row, item, failure.Now)) return FailureOutcome.Superseded;

        var failed = new FailedItem(item.Id, item.Seqno, attempts, failure.Now + (failure.Delay ?? rules.Policy.BackoffAfter(attempts, failure.Jitter)))
        {
            Reason = failure.Reason,
            WorkerName = failure.WorkerName,
            FirstFailedAt = row is { Item.Attempts: > 0 } ? row.Item.FirstFailedAt : failure.Now,
            LastFailedAt = failure.Now,
        };

        if (attempts < rules.Policy.MaxAttempts && !failure.IsFinal)
        {
            retries.Put(failed);
            return FailureOutcome.Retried;
        }

        if (rules.Policy.OnExhausted == ExhaustedAction.Stop && !failure.IsFinal)
        {
            retries.Put(failed with { Attempts = 0, DueAt = failure.Now });
            return FailureOutcome.Stops;
        }

        Bury(failed with { DueAt = failure.Now });
        return FailureOutcome.DeadLettered;
    }

    /// <summary>The scan met a change of a document that has a row.</summary>
    public void Met(RetryRow row, Change change, DateTimeOffset now)
    {
        if (row.IsOut)
        {
            row.NewerSeqno = Math.Max(row.NewerSeqno, change.Seqno);
        }
        else if (rules.IsRevisions)
        {
            // Revisions come one after the other, from the oldest that is not done.
            if (change.Seqno < row.Item.Seqno) retries.Put(row.Item with { Seqno = change.Seqno, Attempts = 0 });
        }
        else if (change.Seqno > row.Item.Seqno)
        {
            retries.Put(new FailedItem(change.Id, change.Seqno, 0, now));
        }
    }

    /// <summary>The scan met a change of a document that is out: a row brings it afterwards.</summary>
    public void HeldBack(Change change, Claim claim, DateTimeOffset now)
    {
        // Of revisions the row stands for the one that is out as well: should that come back, the order is kept.
        var seqno = rules.IsRevisions ? claim.Items.First(i => i.Id == change.Id).Seqno : change.Seqno;
        retries.Put(new FailedItem(change.Id, seqno, 0, now)).StandsFor = claim;
    }

    /// <summary>An item of a claim is done.</summary>
    public void Done(Claim claim, ItemKey item, DateTimeOffset now)
    {
        if (retries.Find(item.Id) is not { } row) return;

        if (claim is RetryClaim)
        {
            log.DoneAlone(item);
            if (rules.IsRevisions) retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, now));
            else if (row.NewerSeqno > item.Seqno) retries.Put(new FailedItem(item.Id, row.NewerSeqno, 0, now));
            else retries.Remove(item.Id);
        }
        else if (rules.IsRevisions)
        {
            // A row that does not stand for this claim is of an earlier revision: it brings this one again too, in its order.
            if (row.StandsFor == claim) retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, now)).StandsFor = claim;
        }
        else if (Math.Max(row.Item.Seqno, row.NewerSeqno) <= item.Seqno)
        {
            // An older version failed, and this one, which was already on its way, did not. Should it be out once more, that is for nothing.
            retries.Remove(item.Id);
        }
    }

    /// <summary>A row that was out comes back unsettled.</summary>
    public void CameBack(RetryRow row, DateTimeOffset notBefore, DateTimeOffset now)
    {
        if (row.NewerSeqno > row.Item.Seqno && !rules.IsRevisions) retries.Put(new FailedItem(row.Item.Id, row.NewerSeqno, 0, now));
        else if (notBefore > now) retries.Put(row.Item with { DueAt = notBefore });
        else retries.Offer(row);
    }

    // Does the document come again anyway, whatever became of this version?
    private bool IsSuperseded(RetryRow? row, ItemKey item, DateTimeOffset now)
    {
        if (row is null) return false;
        if (rules.IsRevisions && !row.IsOut && row.Item.Seqno < item.Seqno) return true;

        if (row.Item.Seqno > item.Seqno)
        {
            // A later version decides, with the tries that it has had: a worker has it, or it waits. Perhaps for this one, and it was passed over.
            if (!row.IsOut && !rules.IsRevisions) retries.Offer(row);
            return row.IsOut || !rules.IsRevisions;
        }

        if (row.NewerSeqno <= item.Seqno || rules.IsRevisions) return false;

        // The document has changed meanwhile: its new version has tries of its own, and they begin at once.
        retries.Put(new FailedItem(item.Id, row.NewerSeqno, 0, now));
        return true;
    }

    private void Bury(FailedItem item)
    {
        retries.Bury(item);
        log.DoneAlone(new ItemKey(item.Id, item.Seqno));

        // Later revisions may have been left out behind this one: a row brings them, unless one of an earlier revision was replayed.
        if (rules.IsRevisions && retries.Find(item.Id) is null) retries.Put(new FailedItem(item.Id, item.Seqno + 1, 0, item.DueAt));
    }
}
