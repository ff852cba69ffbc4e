using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class FailoverLogTests
{
    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);
    private static readonly BranchId C = new(0xc);

    [Fact]
    public void StartingWith_ABranch_BeginsAtZero()
    {
        var log = FailoverLog.StartingWith(A);

        Assert.Equal([new FailoverEntry(A, 0)], log.Entries);
        Assert.Equal(A, log.Current);
    }

    [Fact]
    public void Branched_AboveTheNewest_KeepsAll() => Assert.Equal(
        new FailoverLog([new(C, 900), new(B, 500), new(A, 0)]), FailoverLog.StartingWith(A).Branched(B, 500).Branched(C, 900));

    [Theory]
    [InlineData(499, 2)]
    [InlineData(500, 3)]
    [InlineData(0, 2)]
    public void Branched_BelowAnEntry_DropsWhatNeverHappened(long seqno, int entries)
    {
        var log = FailoverLog.StartingWith(A).Branched(B, 500).Branched(C, seqno);

        Assert.Equal(entries, log.Entries.Length);
        Assert.Equal(new FailoverEntry(C, seqno), log.Entries[0]);
        Assert.Equal(new FailoverEntry(A, 0), log.Entries[^1]);
    }

    [Fact]
    public void Branched_MoreOftenThanIsRemembered_ForgetsTheOldest()
    {
        var log = FailoverLog.StartingWith(new BranchId(1));
        for (ulong i = 2; i <= 30; i++) log = log.Branched(new BranchId(i), (long)i * 10);

        Assert.Equal(FailoverLog.MaxEntries, log.Entries.Length);
        Assert.Equal(new FailoverEntry(new BranchId(30), 300), log.Entries[0]);
        Assert.Equal(new FailoverEntry(new BranchId(6), 60), log.Entries[^1]);
        Assert.Equal(0, log.UpperBound(new BranchId(5), 1000));
    }

    [Theory]
    [InlineData(0xa, 500)]
    [InlineData(0xb, 900)]
    [InlineData(0xc, 1200)]
    [InlineData(0xd, 0)]
    [InlineData(0, 0)]
    public void UpperBound_OfABranch_IsWhereTheNextNewerBegan(ulong branch, long upper) =>
        Assert.Equal(upper, new FailoverLog([new(C, 900), new(B, 500), new(A, 0)]).UpperBound(new BranchId(branch), 1200));

    [Fact]
    public void Create_EntriesThatAreNoLog_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new FailoverLog([]));
        Assert.Throws<ArgumentException>(() => new FailoverLog([new(BranchId.None, 0)]));
        Assert.Throws<ArgumentException>(() => new FailoverLog([new(A, -1)]));
        Assert.Throws<ArgumentException>(() => new FailoverLog([new(B, 10), new(A, 11)]));
        Assert.Throws<ArgumentException>(() => new FailoverLog([new(A, 10), new(A, 0)]));
        Assert.Throws<ArgumentException>(() => new FailoverLog(Enumerable.Range(1, 26).Select(i => new FailoverEntry(new BranchId((ulong)i), 0))));
    }

    [Fact]
    public void ChangeVector_OfAPartition_IsItsFailoverLog()
    {
        var vector = ChangeVector.Of(new PartitionState(7, 1200, 0, new FailoverLog([new(C, 900), new(B, 500), new(A, 0)])));

        Assert.Equal((500, 900, 1200), (vector[A], vector[B], vector[C]));
        Assert.All(vector.Entries, entry => Assert.Equal(7, entry.Partition));
    }
}
