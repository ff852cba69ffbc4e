using Subscriptions.Core.Subscriptions;

namespace Subscriptions.Core.Delivery.Flows;

/// <summary>A document that waits for another try.</summary>
internal sealed class RetryRow(FailedItem item)
{
    /// <summary>What is stored, or about to be.</summary>
    public FailedItem Item { get; set; } = item;

    /// <summary>A worker has it.</summary>
    public bool IsOut { get; set; }

    /// <summary>A newer version that the scan has passed while a worker had the document; 0: none.</summary>
    public long NewerSeqno { get; set; }

    /// <summary>The claim that has the versions from this row's on, of which later ones were left out; null: none.</summary>
    public Claim? StandsFor { get; set; }

    /// <summary>What an administrator replayed while a worker had the document; null: nothing.</summary>
    public FailedItem? Replayed { get; set; }
}

/// <summary>
/// The documents of one subscription that wait for another try, by id and by when they are due, and what of it the store does not know yet.
/// Not thread-safe.
/// </summary>
internal sealed class RetryTable
{
    private readonly Dictionary<string, RetryRow> _rows = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Id, DateTimeOffset DueAt), DateTimeOffset> _due = new();
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FailedItem> _deadLetters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);

    private readonly bool _isRevisions;

    /// <param name="stored">What waits when the table is made.</param>
    /// <param name="isRevisions">Every version is delivered: a row stands for its version and all after it.</param>
    public RetryTable(IEnumerable<FailedItem> stored, bool isRevisions)
    {
        _isRevisions = isRevisions;
        foreach (var item in stored)
        {
            _rows.Add(item.Id, new RetryRow(item));
            Enqueue(item);
        }
    }

    /// <summary>How many documents wait or are out.</summary>
    public int Count => _rows.Count;

    /// <summary>True when the store does not know everything.</summary>
    public bool HasChanges => _changed.Count + _deadLetters.Count + _settled.Count > 0;

    public RetryRow? Find(string id) => _rows.Count == 0 ? null : _rows.GetValueOrDefault(id);

    /// <summary>An administrator replayed a dead letter; the store has the row.</summary>
    public void Replay(FailedItem item)
    {
        if (Find(item.Id) is not { } row) Put(item);
        else if (row.IsOut) row.Replayed = item;
        else Put(_isRevisions ? Earlier(item, row.Item) : item with { Seqno = Math.Max(item.Seqno, row.Item.Seqno) });
    }

    /// <summary>Writes a row, replacing what there is of the document.</summary>
    public RetryRow Put(FailedItem item)
    {
        if (!_rows.TryGetValue(item.Id, out var row)) _rows.Add(item.Id, row = new RetryRow(item));

        row.Item = item = row.Replayed is { } replayed ? Earlier(item, replayed) : item;
        row.Replayed = null;
        row.IsOut = false;
        row.NewerSeqno = 0;
        row.StandsFor = null;
        _changed.Add(item.Id);
        _settled.Remove(item.Id);
        Enqueue(item);
        return row;
    }

    /// <summary>The document is done.</summary>
    public void Remove(string id)
    {
        if (!_rows.Remove(id, out var row)) return;
        _changed.Remove(id);
        _settled.Add(id);

        // Replayed while it was out: it comes once more.
        if (row.Replayed is { } replayed) Put(replayed);
    }

    /// <summary>The document is given up.</summary>
    public void Bury(FailedItem item)
    {
        Remove(item.Id);
        var isKept = _deadLetters.TryGetValue(item.Id, out var letter)
            && (_isRevisions ? letter.Seqno < item.Seqno : letter.Seqno > item.Seqno);
        if (!isKept) _deadLetters[item.Id] = item;
    }

    /// <summary>A row that was out, or could not be handed out, may be handed out again.</summary>
    public void Offer(RetryRow row)
    {
        row.IsOut = false;
        if (row.Replayed is null) Enqueue(row.Item);
        else Put(row.Item);
    }

    /// <summary>Takes the rows that are due, the earliest first, and marks them as out.</summary>
    /// <param name="now">The time.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="isBlocked">Documents that a worker has in another way; their rows are passed over until they are offered again.</param>
    public List<RetryRow> TakeDue(DateTimeOffset now, int max, Func<string, bool> isBlocked)
    {
        var taken = new List<RetryRow>();
        while (taken.Count < max && NextDueAt() is { } due && due <= now)
        {
            var row = _rows[_due.Dequeue().Id];
            if (isBlocked(row.Item.Id)) continue;

            row.IsOut = true;
            taken.Add(row);
        }

        return taken;
    }

    /// <summary>When the next row is due; null when none waits.</summary>
    public DateTimeOffset? NextDueAt()
    {
        while (_due.TryPeek(out var entry, out var dueAt))
        {
            // Entries of rows that were moved, taken or removed stay behind in the queue.
            if (_rows.TryGetValue(entry.Id, out var row) && !row.IsOut && row.Item.DueAt == entry.DueAt) return dueAt;
            _due.Dequeue();
        }

        return null;
    }

    /// <summary>What the store does not know yet; null: nothing. The next call begins anew.</summary>
    public FailedItemChanges? TakeChanges()
    {
        if (!HasChanges) return null;

        var changes = new FailedItemChanges([.. _changed.Select(id => ToStore(_rows[id]))], [.. _deadLetters.Values], [.. _settled])
        {
            KeepsEarliestLetters = _isRevisions,
        };
        _changed.Clear();
        _deadLetters.Clear();
        _settled.Clear();
        return changes;
    }

    // What was replayed while the row is out must outlive a kill.
    private FailedItem ToStore(RetryRow row) => row.Replayed is { } replayed ? Earlier(row.Item, replayed) : row.Item;

    private FailedItem Earlier(FailedItem item, FailedItem other) =>
        _isRevisions && other.Seqno < item.Seqno ? item with { Seqno = other.Seqno } : item;

    private void Enqueue(FailedItem item) => _due.Enqueue((item.Id, item.DueAt), item.DueAt);
}
