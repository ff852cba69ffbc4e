using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// A batch of documents that are tried again: in their newest versions or, over revisions, in the oldest that is not done. Used once.
/// </summary>
internal sealed class RetryBatch(SessionSource source, SessionOptions options)
{
    private readonly List<Candidate> _candidates = [];
    private readonly List<Change> _items = [];
    private readonly List<int> _attempts = [];
    private readonly BatchIncludes? _includes = source.View.HasIncludes ? new BatchIncludes(source.Feed, source.View) : null;
    private long _bytes;

    /// <summary>The batch, once it is claimed.</summary>
    public BuiltBatch Built => new(_items, Changes.ResumeToken.Beginning, 0, IsCaughtUp: false) { Bytes = _bytes, Includes = _includes?.Documents ?? [] };

    /// <summary>Reads the rows' documents.</summary>
    public async Task ReadAsync(IReadOnlyList<RetryRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            var change = source.IsRevisions
                ? await source.Feed.GetRevisionAsync(row.Item.Id, row.Item.Seqno, cancellationToken)
                : await source.Feed.GetAsync(row.Item.Id, cancellationToken);
            var item = change is null ? null : source.View.Apply(change);
            var includes = item is null || _includes is null ? [] : await _includes.FindAsync(change!, cancellationToken);
            _candidates.Add(new Candidate(row, item, includes));
        }
    }

    /// <summary>Claims what can be delivered; rows of documents that are gone or do not match any more are done.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="parksFailed">Takes care of items on which the script failed.</param>
    /// <returns>Null when nothing is left.</returns>
    public RetryClaim? Claim(DeliveryLedger ledger, Func<Change, bool> parksFailed)
    {
        foreach (var candidate in _candidates)
        {
            // The row may have been replaced during the read: whoever did that knows better.
            if (!candidate.Row.IsOut || ledger.Retries.Find(candidate.Row.Item.Id) != candidate.Row) continue;

            if (candidate.Item is not { } item || ledger.IsAhead(item)) ledger.Retries.Remove(candidate.Row.Item.Id);
            else if (!parksFailed(item)) Take(candidate, item, ledger);
        }

        return _items.Count == 0 ? null : ledger.Claimed(_items, _attempts);
    }

    private void Take(Candidate candidate, Change item, DeliveryLedger ledger)
    {
        var size = item.Size + candidate.Includes.Sum(d => (long)d.Size);
        if (_items.Count > 0 && _bytes + size > options.MaxBytes)
        {
            ledger.Retries.Offer(candidate.Row);
            return;
        }

        _bytes += size;
        _items.Add(item);
        _includes?.Add(candidate.Includes);
        _attempts.Add(item.Seqno == candidate.Row.Item.Seqno ? candidate.Row.Item.Attempts + 1 : 1);
    }

    private sealed record Candidate(RetryRow Row, Change? Item, IReadOnlyList<Change> Includes);
}
