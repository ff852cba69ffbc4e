using Subscriptions.CrashDriver.Work;
using Xunit;

namespace Subscriptions.Storage.Tests.Work;

/// <summary>What killed processes were promised, and whether what came later keeps it.</summary>
internal sealed class WorkLedger
{
    private readonly WriteAnswers _writes = new();
    private readonly HashSet<(int Partition, long Seqno)> _acked = [];
    private readonly HashSet<(int Partition, long Seqno)> _confirmed = [];
    private readonly Dictionary<long, List<WorkLine>> _batches = [];
    private readonly long[] _lastInConversation = new long[WorkEngine.Partitions];
    private long _token;

    /// <summary>How many changes were confirmed.</summary>
    public int Confirmed => _confirmed.Count;

    /// <summary>How many writes were answered.</summary>
    public int Answered => _writes.Answered;

    /// <summary>Takes a process's journal, and checks it against all before it.</summary>
    public void Record(IEnumerable<string> journal)
    {
        _batches.Clear();
        foreach (var line in journal.Select(WorkLine.Parse))
        {
            switch (line.Event)
            {
                case WorkEvent.Writing or WorkEvent.Wrote:
                    _writes.Record(line);
                    break;
                case WorkEvent.Opened:
                    Assert.True(line.Number > _token, $"token {line.Number} after {_token}");
                    _token = line.Number;
                    _batches.Clear();
                    Array.Clear(_lastInConversation);
                    break;
                case WorkEvent.Delivered:
                    Delivered(line);
                    break;
                case WorkEvent.Acking:
                    _acked.UnionWith(UpTo(line.Batch));
                    break;
                case WorkEvent.Nacking:
                    // This batch and those behind it come again.
                    foreach (var batch in _batches.Keys.Where(b => b >= line.Batch).ToList()) _batches.Remove(batch);
                    Array.Clear(_lastInConversation);
                    break;
                case WorkEvent.Confirmed:
                    _confirmed.UnionWith(UpTo(line.Batch));
                    break;
            }
        }

        _writes.Killed();
    }

    /// <summary>
    /// After everything was drained: what was answered is there, and what matches was acked. Not always confirmed: a kill may come between
    /// the save and the word of it.
    /// </summary>
    /// <param name="stored">Partition and seqno of each document's newest version.</param>
    public void VerifyDrained(IReadOnlyDictionary<string, (int Partition, long Seqno)> stored)
    {
        foreach (var (id, written) in _writes.Newest)
        {
            Assert.Equal((written.Partition, written.Seqno), stored[id]);
            if (written.Keep) Assert.Contains((written.Partition, written.Seqno), _acked);
        }
    }

    private IEnumerable<(int Partition, long Seqno)> UpTo(long batch) =>
        _batches.Where(b => b.Key <= batch).SelectMany(b => b.Value).Select(i => (i.Partition, i.Number));

    private void Delivered(WorkLine line)
    {
        Assert.DoesNotContain((line.Partition, line.Number), _confirmed);
        Assert.True(line.Number > _lastInConversation[line.Partition], $"{line}: out of order");
        _lastInConversation[line.Partition] = line.Number;
        if (!_batches.TryGetValue(line.Batch, out var items)) _batches[line.Batch] = items = [];
        items.Add(line);
    }
}
