using Subscriptions.Core.Changes;
using Xunit;

namespace Subscriptions.Core.Tests.Changes;

public sealed class CursorRewindTests
{
    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);

    private static readonly PartitionState Partition = new(0, 1200, 300, new FailoverLog([new(B, 500), new(A, 0)]));

    [Fact]
    public void Apply_AcceptedCursor_IsKept()
    {
        var cursor = new ResumeToken([new Position(0, A, 450, 400, 500, 300)]);

        Assert.Same(cursor, CursorRewind.Apply(cursor, [Partition], canMissDeletes: false, out var rewound));
        Assert.Null(rewound);
    }

    [Fact]
    public void Apply_SnapshotBeyondItsBranch_GoesBackAndSaysWhy()
    {
        var cursor = new ResumeToken([new Position(0, A, 480, 450, 520, 0)]);

        var start = CursorRewind.Apply(cursor, [Partition], canMissDeletes: false, out var rewound);

        Assert.Equal(new Position(0, A, 450, 450, 450, 0), start[0]);
        Assert.Equal("partition 0 from 480 to 450 (its branch ended before that)", rewound);
    }

    [Fact]
    public void Apply_RewindThatLeadsBelowUnseenPurges_GoesBackToTheBeginning()
    {
        var cursor = new ResumeToken([new Position(0, A, 480, 250, 520, 0)]);

        var start = CursorRewind.Apply(cursor, [Partition], canMissDeletes: false, out var rewound);

        Assert.Equal(ResumeToken.Beginning, start);
        Assert.Equal("partition 0 from 480 to 0 (tombstones that it has not seen were purged)", rewound);
    }

    [Theory]
    [InlineData(0, 250)]
    [InlineData(300, 0)]
    public void Apply_ReaderThatWantsNoDeletions_GoesBackOnceUnlessItLacksWhatWasPurged(long purgeSeen, long to)
    {
        var cursor = new ResumeToken([new Position(0, A, 480, 250, 520, purgeSeen)]);

        var start = CursorRewind.Apply(cursor, [Partition], canMissDeletes: true, out _);

        Assert.Equal(to, start[0].Seqno);
    }

    [Fact]
    public void Apply_OnePartitionOfSeveral_RewindsThatOneOnly()
    {
        var other = new PartitionState(1, 80, 0, FailoverLog.StartingWith(B));
        var kept = new Position(1, B, 77, 77, 77, 0);
        var cursor = new ResumeToken([new Position(0, A, 520, 520, 520, 0), kept]);

        var start = CursorRewind.Apply(cursor, [Partition, other], canMissDeletes: false, out _);

        Assert.Equal(500, start[0].Seqno);
        Assert.Equal(kept, start[1]);
    }

    [Fact]
    public void Apply_PartitionThatIsNoMore_IsLeftOut()
    {
        var kept = new Position(0, A, 450, 450, 450, 300);
        var cursor = new ResumeToken([kept, new Position(1, B, 77, 77, 77, 0)]);

        var start = CursorRewind.Apply(cursor, [Partition], canMissDeletes: false, out var rewound);

        Assert.Equal([kept], start.Positions);
        Assert.Equal("partition 1 (the database has none of that number any more)", rewound);
    }

    // The cursor is on branch A, which ended at 500.
    [Theory]
    [InlineData(460L, 480L, 480L)]
    [InlineData(460L, 500L, 500L)]
    [InlineData(460L, 501L, 500L)]
    [InlineData(499L, 700L, 500L)]
    [InlineData(500L, 700L, null)]
    [InlineData(600L, 700L, null)]
    public void Apply_RangesAboveACursorThatStays_AreKeptAsFarAsItsBranchReaches(long after, long through, long? kept)
    {
        var cursor = new ResumeToken([new Position(0, A, 450, 450, 450, 300)]);

        var ranges = CursorRewind.Apply(AckedRanges.Create([new(0, after, through)]), cursor, [Partition]);

        Assert.Equal(kept is { } end ? AckedRanges.Create([new(0, after, end)]) : AckedRanges.None, ranges);
    }

    [Fact]
    public void Apply_RangesAboveTheBeginning_AreKeptWhereThereWasOneBranchOnly()
    {
        var ranges = AckedRanges.Create([new(0, 10, 20), new(1, 30, 40), new(2, 50, 60)]);
        var single = new PartitionState(1, 80, 0, FailoverLog.StartingWith(B));

        var kept = CursorRewind.Apply(ranges, ResumeToken.Beginning, [Partition, single]);

        Assert.Equal(AckedRanges.Create([new(1, 30, 40)]), kept);
    }

    [Fact]
    public void Apply_ToACursorOnAnyHistory_GivesOneThatTheRuleAccepts()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var (partition, reader) = RandomHistories.Next(random);

            var start = CursorRewind.Apply(new ResumeToken([reader]), [partition], canMissDeletes: false, out var rewound)[0];

            var isUnchanged = start == reader || reader.Seqno == 0;
            Assert.True(RewindRule.Decide(start, partition).IsAccepted, $"seed {seed}, case {i}: {reader} at {partition} gave {start}");
            Assert.True(start.Seqno <= reader.Seqno && isUnchanged == rewound is null, $"seed {seed}, case {i}: {reader} at {partition} gave {start}");
        }
    }
}
