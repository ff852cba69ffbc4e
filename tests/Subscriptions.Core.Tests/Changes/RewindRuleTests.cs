using System.Collections.Immutable;
using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class RewindRuleTests
{
    private const int Cases = 40_000;

    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);
    private static readonly BranchId C = new(0xc);
    private static readonly BranchId Unknown = new(0xf);

    /// <summary>C began at 900, B at 500, A at 0; the newest seqno is 1200, tombstones up to 300 are purged.</summary>
    private static readonly PartitionState Partition = new(0, 1200, 300, new FailoverLog([new(C, 900), new(B, 500), new(A, 0)]));

    [Theory]
    [InlineData(0, 0, 0, "none")]
    [InlineData(0, 0, 0, "Z")]
    [InlineData(1000, 950, 1100, "C")]
    [InlineData(1200, 1200, 1300, "C")]
    [InlineData(1200, 1200, 1200, "C")]
    [InlineData(450, 400, 500, "A")]
    [InlineData(500, 500, 600, "A")]
    [InlineData(900, 900, 900, "B")]
    [InlineData(320, 100, 400, "A")]
    [InlineData(300, 300, 300, "A")]
    public void Decide_SnapshotInsideTheHistory_Accepts(long seqno, long start, long end, string branch)
    {
        var decision = RewindRule.Decide(Reader(seqno, start, end, branch), Partition);

        Assert.Equal(new RewindDecision(seqno, null), decision);
        Assert.True(decision.IsAccepted);
    }

    [Theory]
    [InlineData(1190, 1150, 1250, "C", 1150)]
    [InlineData(1260, 1230, 1300, "C", 1200)]
    [InlineData(1250, 1250, 1250, "C", 1200)]
    [InlineData(480, 450, 520, "A", 450)]
    [InlineData(520, 450, 520, "A", 500)]
    [InlineData(880, 870, 910, "B", 870)]
    [InlineData(480, 250, 520, "A", 250)]
    [InlineData(501, 501, 501, "A", 500)]
    public void Decide_SnapshotBeyondTheBranch_GoesBackToWhatIsShared(long seqno, long start, long end, string branch, long to)
    {
        var decision = RewindRule.Decide(Reader(seqno, start, end, branch), Partition);

        Assert.Equal(new RewindDecision(to, RewindReason.BeyondBranch), decision);
        Assert.False(decision.IsAccepted);
    }

    [Theory]
    [InlineData(700, "Z")]
    [InlineData(700, "none")]
    [InlineData(1200, "Z")]
    public void Decide_UnknownBranch_GoesBackToTheBeginning(long seqno, string branch) =>
        Assert.Equal(new RewindDecision(0, RewindReason.UnknownBranch), RewindRule.Decide(Reader(seqno, seqno, seqno, branch), Partition));

    [Theory]
    [InlineData(0)]
    [InlineData(250)]
    [InlineData(301)]
    public void Decide_TombstonesPurgedUnseen_GoesBackToTheBeginning(long purgeSeen) => Assert.Equal(
        new RewindDecision(0, RewindReason.PurgedTombstones), RewindRule.Decide(Reader(200, 200, 200, "A") with { PurgeSeqno = purgeSeen }, Partition));

    [Theory]
    [InlineData("Orders", 100, true)]
    [InlineData("Orders", 300, false)]
    [InlineData("Companies", 40, true)]
    [InlineData("Companies", 50, false)]
    [InlineData("Other", 20, true)]
    [InlineData("Other", 30, false)]
    [InlineData(null, 299, true)]
    public void MissedDeletes_ReaderOfOneCollection_MissesThatOnesOnly(string? collection, long seqno, bool isMissed)
    {
        var purges = CollectionPurges.Create(30, [new("Orders", 300), new("Companies", 50)]);
        var partition = Partition with { PurgeSeqno = 300, Purges = purges };
        var reader = Reader(seqno, seqno, seqno, "A");

        Assert.Equal(isMissed, RewindRule.MissedDeletes(reader, partition, collection));
        Assert.Equal(isMissed, RewindRule.Decide(reader, partition, collection: collection).Reason == RewindReason.PurgedTombstones);
        Assert.False(RewindRule.MissedDeletes(reader with { PurgeSeqno = 300 }, partition, collection));
    }

    [Fact]
    public void CollectionPurges_MoreThanAreToldApart_CountForAll()
    {
        var purges = CollectionPurges.None;
        for (var i = 0; i < CollectionPurges.MaxCollections; i++) purges = purges.With($"c{i}", i + 1);
        Assert.Equal((1L, 0L), (purges.Of("c0"), purges.Of("other")));

        purges = purges.With("other", 5);

        Assert.Equal((CollectionPurges.MaxCollections, CollectionPurges.MaxCollections), (purges.Of("c0"), purges.Of("another")));
        Assert.Same(purges, purges.With("c0", 7));
    }

    [Fact]
    public void Decide_NothingPurgedSinceTheReaderLooked_Accepts() =>
        Assert.True(RewindRule.Decide(Reader(200, 200, 200, "A") with { PurgeSeqno = 300 }, Partition).IsAccepted);

    [Fact]
    public void Decide_ReaderThatCanMissDeletes_SkipsThePurgeOnly()
    {
        Assert.True(RewindRule.Decide(Reader(200, 200, 200, "A"), Partition, canMissDeletes: true).IsAccepted);
        Assert.Equal(
            new RewindDecision(0, RewindReason.UnknownBranch), RewindRule.Decide(Reader(200, 200, 200, "Z"), Partition, canMissDeletes: true));
    }

    [Fact]
    public void Decide_RetryBelowThePurgeAfterARewind_GoesBackToTheBeginning() => Assert.Equal(
        new RewindDecision(0, RewindReason.PurgedTombstones), RewindRule.Decide(Reader(250, 250, 250, "A"), Partition));

    [Theory]
    [InlineData(500, 500)]
    [InlineData(501, 0)]
    public void Decide_BackBelowAPurgeThatTheReaderHasSeen_GoesBackToTheBeginning(long purgeSeen, long to) =>
        Assert.Equal(to, RewindRule.Decide(Reader(520, 450, 520, "A") with { PurgeSeqno = purgeSeen }, Partition).Seqno);

    [Theory]
    [InlineData("Z", false)]
    [InlineData("none", true)]
    [InlineData("A", true)]
    public void Decide_StrictAtTheBeginning_ChecksABranchThatIsNamed(string branch, bool isAccepted)
    {
        var decision = RewindRule.Decide(Reader(0, 0, 0, branch), Partition, strict: true);

        Assert.Equal(new RewindDecision(0, isAccepted ? null : RewindReason.UnknownBranch), decision);
    }

    [Fact]
    public void Decide_SnapshotThatLostAVersionToDeduplication_GoesBackToItsStart()
    {
        var partition = new PartitionState(0, 90, 0, new FailoverLog([new(B, 30), new(A, 0)]));

        Assert.Equal(new RewindDecision(10, RewindReason.BeyondBranch), RewindRule.Decide(Reader(30, 10, 40, "A"), partition));
        Assert.True(RewindRule.Decide(Reader(30, 30, 30, "A"), partition).IsAccepted);
    }

    /// <summary>The rule as a failover log and a table of rows state it, against the rule as a change vector states it.</summary>
    [Fact]
    public void Decide_RandomLogsAndReaders_AgreesWithTheTableRowByRow()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var rows = new int[7];
        for (var i = 0; i < Cases; i++)
        {
            var (partition, reader) = RandomHistories.Next(random);
            var (strict, canMissDeletes) = (random.Next(4) == 0, random.Next(4) == 0);

            var (row, seqno) = Table(reader, partition, strict, canMissDeletes);

            rows[row]++;
            RewindReason? reason = row switch
            {
                0 or 3 => null,
                1 or 6 => RewindReason.PurgedTombstones,
                2 => RewindReason.UnknownBranch,
                _ => RewindReason.BeyondBranch,
            };
            var expected = new RewindDecision(seqno, reason);
            var actual = RewindRule.Decide(reader, partition, strict, canMissDeletes);
            Assert.True(expected == actual, $"seed {seed}, case {i}: {reader} at {partition}: row R{row} says {expected}, the rule {actual}");
        }

        Assert.All(rows, count => Assert.InRange(count, Cases / 200, Cases));
    }

    /// <summary>The first row that applies, and where the reader goes on.</summary>
    private static (int Row, long Seqno) Table(Position reader, PartitionState partition, bool strict, bool canMissDeletes)
    {
        var (s, u) = (reader.Seqno, reader.Branch);
        var p = canMissDeletes ? 0 : partition.PurgeSeqno;
        if (s == 0 && (!strict || u == BranchId.None)) return (0, 0);
        var log = partition.FailoverLog.Entries;
        var index = IndexOf(log, u);
        if (s != 0 && s < p && reader.PurgeSeqno != p) return (1, 0);

        if (index < 0) return (2, 0);
        var upper = index == 0 ? partition.HighSeqno : log[index - 1].StartSeqno;
        var end = reader.Seqno == reader.SnapshotStart ? reader.Seqno : reader.SnapshotEnd;
        var start = reader.Seqno == end ? reader.Seqno : reader.SnapshotStart;
        if (end <= upper) return (3, s);
        if (Math.Min(upper, start) < reader.PurgeSeqno) return (6, 0);
        return upper < start ? (4, upper) : (5, start);
    }

    private static int IndexOf(ImmutableArray<FailoverEntry> log, BranchId branch)
    {
        for (var i = 0; i < log.Length; i++)
        {
            if (log[i].Branch == branch) return i;
        }

        return -1;
    }

    private static Position Reader(long seqno, long start, long end, string branch) => new(
        0,
        Named(branch),
        seqno,
        start,
        end,
        0);

    private static BranchId Named(string branch) => branch switch
    {
        "A" => A,
        "B" => B,
        "C" => C,
        "Z" => Unknown,
        _ => BranchId.None,
    };
}
