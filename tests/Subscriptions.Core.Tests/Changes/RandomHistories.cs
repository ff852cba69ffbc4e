using Subscriptions.Core.Changes;

namespace Subscriptions.Core.Tests.Changes;

/// <summary>Random partitions, and readers that may or may not have read from them.</summary>
internal static class RandomHistories
{
    private const int MaxSeqno = 60;

    public static (PartitionState Partition, Position Reader) Next(Random random)
    {
        var high = random.Next(1, MaxSeqno);
        var starts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(0, high + 1)).OrderDescending().ToArray();
        if (random.Next(4) != 0) starts[^1] = 0;
        var log = new FailoverLog(starts.Select((start, i) => new FailoverEntry(new BranchId((ulong)(starts.Length - i)), start)));
        var partition = new PartitionState(0, high, random.Next(2) * random.Next(high), log);

        // Known branches are 1 to 5; 6 and 7 never are, 0 is none.
        var seqno = random.Next(5) == 0 ? 0 : random.Next(MaxSeqno);
        var start = random.Next(3) == 0 ? seqno : random.Next(seqno + 1);
        var end = random.Next(3) == 0 ? seqno : random.Next(seqno, MaxSeqno + 10);
        var purge = random.Next(2) == 0 ? partition.PurgeSeqno : random.Next(MaxSeqno);
        return (partition, new Position(0, new BranchId((ulong)random.Next(8)), seqno, start, end, purge));
    }
}
