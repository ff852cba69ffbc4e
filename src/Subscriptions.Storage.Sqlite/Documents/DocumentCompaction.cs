using Subscriptions.Storage.Sqlite.Files;
using Subscriptions.Storage.Sqlite.Writing;

namespace Subscriptions.Storage.Sqlite.Documents;

/// <summary>
/// Deletes the rows of the change table that newer versions replaced, or moves them away where they are kept as revisions: in key order, so that neighbours go together, and in slices short enough for
/// writes to wait for. When nothing else is to be done, or, when they have become a large share of the table, between writes. Belongs to the
/// writer's thread.
/// </summary>
internal sealed class DocumentCompaction(
    SqliteConnection connection, DocumentRows rows, RevisionLog revisions, PartitionLedger[] ledgers, SqliteTuning tuning)
{
    private const int ToleratedShare = 4;

    private readonly SqliteStatement _select = connection.Prepare("select key from superseded where key > ?1 order by key limit ?2");
    private readonly SqliteStatement _delete = connection.Prepare("delete from superseded where key > ?1 and key <= ?2");
    private readonly List<long> _keys = [];
    private long _doneUpTo = -1;
    private long _pendingUpTo = -1;
    private bool _isSweeping;

    /// <summary>How urgent it is.</summary>
    public WriterUpkeep Need(RowTotals totals)
    {
        if (totals.Superseded == 0) return WriterUpkeep.None;
        return _isSweeping || IsTooMuch(totals) ? WriterUpkeep.Now : WriterUpkeep.WhenIdle;
    }

    /// <summary>Deletes the next rows inside the running transaction.</summary>
    public void RunSlice()
    {
        FindKeys();
        var done = RemoveRows();
        if (done > 0)
        {
            _delete.Bind(1, _doneUpTo);
            _delete.Bind(2, _keys[done - 1]);
            _delete.Run();
        }
        else if (_doneUpTo < 0)
        {
            // There are no such rows, whatever the figures say; asking for ever would not find any.
            foreach (var ledger in ledgers) ledger.Figures = ledger.Figures with { Superseded = 0 };
        }

        _pendingUpTo = done == tuning.CompactedRows || done < _keys.Count ? _keys[done - 1] : -1;
    }

    /// <summary>The transaction is durable, whether it was a slice or not.</summary>
    public void OnCommitted(RowTotals totals)
    {
        // Once begun a sweep goes on to the end of the table: what it has passed needs no more looking at.
        var isAtTheEnd = _pendingUpTo < 0;
        _isSweeping = IsTooMuch(totals) || (_isSweeping && !isAtTheEnd);
        _doneUpTo = _pendingUpTo;
    }

    /// <summary>The transaction was undone.</summary>
    public void OnRolledBack() => _pendingUpTo = _doneUpTo;

    private bool IsTooMuch(RowTotals totals) =>
        totals.Superseded > tuning.ReplacedRows + ((totals.Documents + totals.Tombstones) / ToleratedShare);

    // As many as the slice may take: moving large contents takes longer than deleting rows.
    private int RemoveRows()
    {
        var bytes = 0L;
        for (var i = 0; i < _keys.Count; i++)
        {
            bytes += revisions.Archive(_keys[i]);
            rows.RemoveChange(_keys[i]);
            var ledger = ledgers[ChangeKey.Partition(_keys[i])];
            ledger.Figures = ledger.Figures with { Superseded = ledger.Figures.Superseded - 1 };
            if (bytes >= tuning.ArchivedBytes) return i + 1;
        }

        return _keys.Count;
    }

    private void FindKeys()
    {
        _keys.Clear();
        _select.Bind(1, _doneUpTo);
        _select.Bind(2, tuning.CompactedRows);
        while (_select.Step()) _keys.Add(_select.Int64(0));
        _select.Reset();
    }
}
