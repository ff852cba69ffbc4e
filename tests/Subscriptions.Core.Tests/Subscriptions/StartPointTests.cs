using Subscriptions.Core.Changes;
using Subscriptions.Core.Subscriptions;
using Subscriptions.Core.Validation;
using Xunit;

namespace Subscriptions.Core.Tests.Subscriptions;

public sealed class StartPointTests
{
    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);
    private static readonly BranchId Other = new(0xc);

    private static readonly PartitionState[] Partitions =
    [
        new(0, 500, 100, new FailoverLog([new FailoverEntry(B, 300), new FailoverEntry(A, 0)])),
        new(1, 40, 0, FailoverLog.StartingWith(Other)),
    ];

    [Fact]
    public void Resolve_Now_IsEveryPartitionsEnd()
    {
        var cursor = new StartPoint.Now().Resolve(Partitions, "start");

        Assert.Equal(new Position(0, B, 500, 500, 500, 100), cursor[0]);
        Assert.Equal(new Position(1, Other, 40, 40, 40, 0), cursor[1]);
    }

    [Fact]
    public void Resolve_Vector_GoesByBranchNotByLabel()
    {
        var vector = ChangeVector.Create([new ChangeVectorEntry(A, 7, 250), new ChangeVectorEntry(B, 7, 400), new ChangeVectorEntry(Other, 0, 3)]);

        var cursor = new StartPoint.Vector(vector).Resolve(Partitions, "start");

        Assert.Equal(new Position(0, B, 400, 400, 400, 100), cursor[0]);
        Assert.Equal(3, cursor[1].Seqno);
    }

    [Fact]
    public void Resolve_UnknownBranch_IsRefusedByName()
    {
        var vector = ChangeVector.Create([new ChangeVectorEntry(new BranchId(0xdead), 0, 1)]);

        var e = Assert.Throws<InvalidInputException>(() => new StartPoint.Vector(vector).Resolve(Partitions, "cursor"));

        Assert.Equal("cursor", e.Field);
        Assert.Contains("000000000000dead", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_BeyondItsBranch_RewindsThatPartitionOnlyAndSaysWhy()
    {
        var cursor = new ResumeToken([new Position(0, A, 350, 350, 350, 100), new Position(1, Other, 40, 40, 40, 0)]);

        var start = CursorRewind.Apply(cursor, Partitions, canMissDeletes: false, out var rewound);

        Assert.Equal((300, A), (start[0].Seqno, start[0].Branch));
        Assert.Equal(40, start[1].Seqno);
        Assert.Contains("partition 0 from 350 to 300", rewound, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_PurgedTombstones_MatterOnlyToThoseWhoWantDeletes()
    {
        var cursor = new ResumeToken([new Position(0, A, 50, 50, 50, 20)]);

        Assert.Same(cursor, CursorRewind.Apply(cursor, Partitions, canMissDeletes: true, out var kept));
        Assert.Null(kept);
        Assert.Equal(0, CursorRewind.Apply(cursor, Partitions, canMissDeletes: false, out var rewound)[0].Seqno);
        Assert.NotNull(rewound);
    }
}
