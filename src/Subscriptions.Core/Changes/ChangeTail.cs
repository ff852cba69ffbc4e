using Subscriptions.Core.Documents;

namespace Subscriptions.Core.Changes;

/// <summary>
/// The newest changes of a database in memory, so that readers near the end of the log cost no I/O. Of each partition it holds an unbroken
/// run that ends at the newest change; the oldest changes of the database make room when the budget is used up. Thread-safe.
/// </summary>
internal sealed class ChangeTail
{
    // What a change costs beside its size, as measured: the objects' headers, the second byte of an id's characters, its places in the queues.
    private const int OverheadBytes = 208;

    private readonly Lock _lock = new();
    private readonly long _maxBytes;
    private readonly Queue<int> _order = new();
    private readonly TailRun[] _runs;
    private long _bytes;

    /// <param name="partitions">Where the partitions stand when the tail begins.</param>
    /// <param name="maxBytes">What the changes may take, in bytes.</param>
    public ChangeTail(IEnumerable<PartitionState> partitions, long maxBytes)
    {
        _maxBytes = maxBytes;
        _runs = [.. partitions.Select(p => new TailRun(p.HighSeqno))];
    }

    /// <summary>Adds one transaction's changes.</summary>
    public void Append(IReadOnlyList<CommittedChange> changes)
    {
        lock (_lock)
        {
            foreach (var committed in changes)
            {
                var change = committed.Change;
                var run = _runs[change.Partition];
                run.MarkSuperseded(committed.SupersededSeqno);
                run.Add(change);
                _order.Enqueue(change.Partition);
                _bytes += change.Size + OverheadBytes;
            }

            while (_bytes > _maxBytes) _bytes -= _runs[_order.Dequeue()].RemoveOldest().Size + OverheadBytes;
        }
    }

    /// <summary>Reads from the tail.</summary>
    /// <returns>Null when the tail does not reach back to <paramref name="afterSeqno"/>.</returns>
    public ChangePage? Read(int partition, long afterSeqno, ReadLimits limits)
    {
        lock (_lock) return _runs[partition].Read(afterSeqno, limits);
    }
}
