using Subscriptions.Core.Changes;
using Subscriptions.Core.Documents;
using Subscriptions.CrashDriver.Writes;
using Xunit;

namespace Subscriptions.Storage.Tests.Documents;

/// <summary>What killed writers were promised, and whether a store keeps it.</summary>
internal sealed class WriteLedger
{
    private readonly Dictionary<(int Writer, int Document), WriteOperation> _promised = [];
    private readonly Dictionary<int, IReadOnlyList<WriteOperation>> _open = [];
    private readonly long[] _highest = new long[WriteValues.Partitions];

    /// <summary>How many requests were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Takes a process's journal.</summary>
    public void Record(IEnumerable<string> journal)
    {
        _open.Clear();
        foreach (var line in journal.Select(WriteLine.Parse))
        {
            if (line.Phase == WritePhase.Try)
            {
                _open[line.Writer] = line.Operations;
                continue;
            }

            _open.Remove(line.Writer);
            if (line.Phase == WritePhase.Failed) continue;
            Answered++;
            foreach (var operation in line.Operations) Promise(line.Writer, operation);
        }
    }

    /// <summary>Compares with the log: promises are kept, open requests happened as a whole or not at all.</summary>
    public void Verify(IReadOnlyList<PartitionState> partitions, IReadOnlyDictionary<string, Change> stored)
    {
        foreach (var partition in partitions)
        {
            Assert.True(partition.HighSeqno >= _highest[partition.Partition], $"partition {partition.Partition} went back to {partition.HighSeqno}");
            _highest[partition.Partition] = partition.HighSeqno;
        }

        foreach (var (writer, operations) in _open) Settle(writer, operations, stored);
        foreach (var ((writer, document), promised) in _promised)
        {
            var change = stored.GetValueOrDefault(WriteValues.Id(writer, document));
            Assert.Equal(promised.Value, Value(writer, document, change));
            if (promised.Seqno > 0) Assert.Equal((promised.Partition, promised.Seqno), (change!.Partition, change.Seqno));
        }
    }

    private static long Value(int writer, int document, Change? change) =>
        change is null or { IsTombstone: true } ? 0 : WriteValues.Value(writer, document, change.Content.Span);

    private void Promise(int writer, WriteOperation operation)
    {
        var key = (writer, operation.Document);

        // Deleting what was not there changes nothing: what held before holds.
        if (operation.Seqno == 0 && _promised.TryGetValue(key, out var before)) operation = before with { Value = 0 };
        _promised[key] = operation;
        if (operation.Seqno > 0) _highest[operation.Partition] = Math.Max(_highest[operation.Partition], operation.Seqno);
    }

    // The process was killed before it could tell. From here on what the store has is what it promised.
    private void Settle(int writer, IReadOnlyList<WriteOperation> operations, IReadOnlyDictionary<string, Change> stored)
    {
        var last = operations.GroupBy(o => o.Document, (_, same) => same.Last()).ToList();
        var isDone = last.Count(o => IsNew(writer, o, stored));
        var isOld = last.Count(o => !IsNew(writer, o, stored));
        var couldChange = last.Count(o => o.Value != 0 || _promised.GetValueOrDefault((writer, o.Document)).Value != 0);
        Assert.True(isDone == 0 || isDone >= couldChange, $"writer {writer}'s request is torn: {isDone} done, {isOld} not, of {couldChange}");
        foreach (var operation in last)
        {
            var change = stored.GetValueOrDefault(WriteValues.Id(writer, operation.Document));
            if (change is null) continue;
            Promise(writer, new WriteOperation(operation.Document, Value(writer, operation.Document, change), change.Partition, change.Seqno));
        }
    }

    private bool IsNew(int writer, WriteOperation operation, IReadOnlyDictionary<string, Change> stored)
    {
        var change = stored.GetValueOrDefault(WriteValues.Id(writer, operation.Document));
        return change is not null && change.Seqno > _promised.GetValueOrDefault((writer, operation.Document)).Seqno;
    }
}
