using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class PositionTests
{
    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);
    private static readonly BranchId C = new(0xc);
    private static readonly FailoverLog Log = new([new(C, 900), new(B, 500), new(A, 0)]);

    [Fact]
    public void Advanced_PageToTheEndOfItsSnapshot_IsConsistent()
    {
        var position = Position.Beginning(3).Advanced(20, 20, A, 7);

        Assert.Equal(new Position(3, A, 20, 20, 20, 7), position);
        Assert.True(position.IsConsistent);
    }

    [Fact]
    public void Advanced_PageInsideItsSnapshot_KeepsTheWholeRange()
    {
        var position = At(5).Advanced(12, 20, A, 4);

        Assert.Equal(new Position(0, A, 12, 5, 20, 4), position);
        Assert.False(position.IsConsistent);
    }

    [Theory]
    [InlineData(0, 7, 7)]
    [InlineData(5, 5, 5)]
    [InlineData(5, 6, 3)]
    [InlineData(5, 3, 3)]
    public void Advanced_FromBelowAPurge_HasNotSeenIt(long from, long purged, long seen) =>
        Assert.Equal(seen, (At(from) with { PurgeSeqno = 3 }).Advanced(12, 20, A, purged).PurgeSeqno);

    [Theory]
    [InlineData(20, 20, 20, 20)]
    [InlineData(15, 20, 5, 20)]
    [InlineData(20, 30, 5, 30)]
    [InlineData(30, 30, 30, 30)]
    [InlineData(15, 18, 5, 20)]
    public void Advanced_NextPageOfTheScan_ExtendsTheRangeUntilBothSnapshotsAreOver(long last, long snapshotEnd, long start, long end) =>
        Assert.Equal(new Position(0, B, last, start, end, 9), At(5).Advanced(12, 20, A, 7).Advanced(last, snapshotEnd, B, 9));

    [Fact]
    public void Advanced_InManyPages_NeverClaimsMoreThanWasRead()
    {
        var position = Position.Beginning(0);
        for (long seqno = 1; seqno <= 100; seqno++)
        {
            var high = Math.Min(100, seqno + (seqno % 7));
            position = position.Advanced(seqno, high, A, 0);

            Assert.Equal(seqno, position.Seqno);
            Assert.InRange(position.SnapshotStart, 0, seqno);
            Assert.InRange(position.SnapshotEnd, high, 106);
        }

        Assert.True(position.IsConsistent);
    }

    [Theory]
    [InlineData(1, "A")]
    [InlineData(500, "A")]
    [InlineData(501, "B")]
    [InlineData(900, "B")]
    [InlineData(901, "C")]
    public void RewoundTo_SeqnoOfTheHistory_IsOnTheBranchThatWroteIt(long seqno, string branch)
    {
        var expected = branch switch
        {
            "A" => A,
            "B" => B,
            _ => C,
        };

        Assert.Equal(new Position(0, expected, seqno, seqno, seqno, 7), At(1000).RewoundTo(seqno, Log, 7));
    }

    [Fact]
    public void RewoundTo_Zero_IsTheBeginning() => Assert.Equal(Position.Beginning(0) with { PurgeSeqno = 7 }, At(1000).RewoundTo(0, Log, 7));

    [Theory]
    [InlineData(300)]
    [InlineData(200)]
    public void RewoundTo_SeqnoBeforeTheOldestBranchThatIsRemembered_IsOnThatBranchAndAccepted(long seqno)
    {
        var log = new FailoverLog([new(C, 900), new(B, 300)]);

        var position = At(1000).RewoundTo(seqno, log, 0);

        Assert.Equal(new Position(0, B, seqno, seqno, seqno, 0), position);
        Assert.True(RewindRule.Decide(position, new PartitionState(0, 1200, 0, log)).IsAccepted);
    }

    [Fact]
    public void Now_OfAPartition_IsItsNewestChange()
    {
        var position = Position.Now(new PartitionState(2, 1200, 300, Log));

        Assert.Equal(new Position(2, C, 1200, 1200, 1200, 300), position);
    }

    private static Position At(long seqno) => new(0, A, seqno, seqno, seqno, 0);
}
