using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>
/// A batch of documents that are tried again: in their newest versions or, over revisions, in the oldest that is not done. It never holds
/// more than one batch may have: reading stops where the batch is full, and the rows behind that stay due. Used once.
/// </summary>
internal sealed class RetryBatch(SessionSource source, SessionOptions options)
{
    private readonly List<Candidate> _candidates = [];
    private readonly List<RetryRow> _unread = [];
    private readonly List<Change> _items = [];
    private readonly List<int> _attempts = [];
    private readonly BatchIncludes? _includes = source.View.HasIncludes ? new BatchIncludes(source.Feed, source.View) : null;
    private bool _holdsSomething;
    private long _held;

    /// <summary>The batch, once it is claimed.</summary>
    public BuiltBatch Built => new(_items, ResumeToken.Beginning, 0, IsCaughtUp: false)
    {
        Bytes = _items.Concat(Includes).Sum(d => (long)d.Size),
        Includes = Includes,
    };

    private IReadOnlyList<Change> Includes => _includes?.Documents ?? [];

    /// <summary>Reads the rows' documents, in order, as far as the batch has room for them.</summary>
    public async Task ReadAsync(IReadOnlyList<RetryRow> rows, CancellationToken cancellationToken)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var change = source.IsRevisions
                ? await source.Feed.GetRevisionAsync(row.Item.Id, row.Item.Seqno, cancellationToken)
                : await source.Feed.GetAsync(row.Item.Id, cancellationToken);
            var item = change is null ? null : source.View.Apply(change);
            if (item is not null && !await TryHoldAsync(change!, item, cancellationToken))
            {
                _unread.AddRange(rows.Skip(i));
                return;
            }

            _candidates.Add(new Candidate(row, item));
        }
    }

    /// <summary>Claims what can be delivered; rows of documents that are gone or do not match any more are done.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="parksFailed">Takes care of items on which the script failed.</param>
    /// <returns>Null when nothing is left.</returns>
    public RetryClaim? Claim(DeliveryLedger ledger, Func<Change, bool> parksFailed)
    {
        foreach (var row in _unread)
        {
            if (IsStillOut(row, ledger)) ledger.Retries.Offer(row);
        }

        foreach (var (row, change) in _candidates)
        {
            if (!IsStillOut(row, ledger)) continue;

            if (change is not { } item || ledger.IsAhead(item)) ledger.Retries.Remove(row.Item.Id);
            else if (!parksFailed(item)) Take(row, item);
        }

        return _items.Count == 0 ? null : ledger.Claimed(_items, _attempts);
    }

    // One item has room, however large it and what comes along with it are.
    private async ValueTask<bool> TryHoldAsync(Change change, Change item, CancellationToken cancellationToken)
    {
        var room = options.MaxBytes - _held - item.Size;
        if (_holdsSomething && room < 0) return false;

        if (_includes is not null)
        {
            var more = await _includes.FindAsync(change, _holdsSomething ? room : BatchIncludes.MaxBytes, cancellationToken);
            if (more is null) return false;

            // Should the item not be claimed, what it brought comes along in vain: others may have counted on it meanwhile.
            _includes.Add(more);
            _held += more.Sum(d => (long)d.Size);
        }

        _held += item.Size;
        _holdsSomething = true;
        return true;
    }

    // The row may have been replaced during the read: whoever did that knows better.
    private static bool IsStillOut(RetryRow row, DeliveryLedger ledger) => row.IsOut && ledger.Retries.Find(row.Item.Id) == row;

    private void Take(RetryRow row, Change item)
    {
        _items.Add(item);
        _attempts.Add(item.Seqno == row.Item.Seqno ? row.Item.Attempts + 1 : 1);
    }

    private sealed record Candidate(RetryRow Row, Change? Item);
}
