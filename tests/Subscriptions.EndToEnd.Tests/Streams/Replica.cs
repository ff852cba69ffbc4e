using System.Collections.Concurrent;
using System.Text;
using Subscriptions.Client;

namespace Subscriptions.EndToEnd.Tests.Streams;

/// <summary>
/// A copy of a database's documents, made of nothing but what its streams tell, with what it takes to undo. It looks closely: within a partition nothing may come
/// twice or in the wrong order unless it was undone before.
/// </summary>
internal sealed class Replica : IPartitionHandler
{
    private readonly ConcurrentDictionary<int, PartitionCopy> _partitions = new();
    private readonly ConcurrentQueue<PartitionRollback> _rollbacks = new();

    /// <summary>What it was told to undo.</summary>
    public IReadOnlyCollection<PartitionRollback> Rollbacks => _rollbacks;

    /// <summary>What came that should not have.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>How many changes were applied.</summary>
    public long Applied => _partitions.Values.Sum(copy => copy.Applied);

    /// <summary>The documents, by id.</summary>
    public IReadOnlyDictionary<string, string> Documents()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var copy in _partitions.Values)
        {
            lock (copy)
            {
                foreach (var (id, content) in copy.Documents) all.Add(id, content);
            }
        }

        return all;
    }

    public ValueTask OnChangesAsync(PartitionChanges changes, CancellationToken cancellationToken)
    {
        var copy = CopyOf(changes.Partition);
        lock (copy)
        {
            foreach (var change in changes.Changes)
            {
                if (change.Seqno <= copy.Seqno) Faults.Enqueue($"partition {change.Partition}: {change.Seqno} after {copy.Seqno}");
                copy.Apply(change.Seqno, change.Id, change.Kind == ChangeKind.Put ? Encoding.UTF8.GetString(change.Content.Span) : null);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask OnRollbackAsync(PartitionRollback rollback, CancellationToken cancellationToken)
    {
        _rollbacks.Enqueue(rollback);
        var copy = CopyOf(rollback.Partition);
        lock (copy) copy.Undo(rollback.ToSeqno);
        return ValueTask.CompletedTask;
    }

    private PartitionCopy CopyOf(int partition) => _partitions.GetOrAdd(partition, _ => new PartitionCopy());

    private sealed class PartitionCopy
    {
        private readonly Stack<(long Seqno, string Id, string? Before)> _journal = new();

        public Dictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

        public long Seqno { get; private set; }

        public long Applied { get; private set; }

        public void Apply(long seqno, string id, string? content)
        {
            _journal.Push((seqno, id, Documents.GetValueOrDefault(id)));
            Put(id, content);
            Seqno = seqno;
            Applied++;
        }

        public void Undo(long toSeqno)
        {
            while (_journal.TryPeek(out var last) && last.Seqno > toSeqno)
            {
                _journal.Pop();
                Put(last.Id, last.Before);
            }

            Seqno = toSeqno;
        }

        private void Put(string id, string? content)
        {
            if (content is null) Documents.Remove(id);
            else Documents[id] = content;
        }
    }
}
