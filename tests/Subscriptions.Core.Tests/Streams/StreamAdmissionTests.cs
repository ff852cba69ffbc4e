using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Streams;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>What becomes of requests for streams: every worked example of the decision table in docs/streams.md.</summary>
public sealed class StreamAdmissionTests
{
    private static readonly BranchId A = new(0xa);
    private static readonly BranchId B = new(0xb);
    private static readonly BranchId C = new(0xc);

    /// <summary>C began at 900, B at 500, A at 0; the newest seqno is 1200, tombstones up to 300 are purged.</summary>
    private static readonly PartitionState Partition = new(0, 1200, 300, new FailoverLog([new(C, 900), new(B, 500), new(A, 0)]));

    [Theory]
    [InlineData(0, 0, 0, "", StreamFlags.None, 0, 0)]
    [InlineData(0, 0, 0, "Z", StreamFlags.None, 0, 0)]
    [InlineData(0, 0, 0, "", StreamFlags.Strict, 0, 0)]
    [InlineData(0, 0, 0, "A", StreamFlags.Strict, 0, 0)]
    [InlineData(1000, 950, 1100, "C", StreamFlags.None, 950, 1100)]
    [InlineData(1200, 1200, 1300, "C", StreamFlags.None, 1200, 1200)]
    [InlineData(450, 400, 500, "A", StreamFlags.None, 400, 500)]
    [InlineData(500, 500, 600, "A", StreamFlags.None, 500, 500)]
    [InlineData(900, 900, 900, "B", StreamFlags.None, 900, 900)]
    [InlineData(320, 100, 400, "A", StreamFlags.None, 100, 400)]
    [InlineData(300, 300, 300, "A", StreamFlags.None, 300, 300)]
    [InlineData(200, 200, 200, "A", StreamFlags.IgnorePurged, 200, 200)]
    public void Decide_PartOfTheHistory_IsOpenedOnTheNewestBranch(
        long seqno, long start, long end, string branch, StreamFlags flags, long fromStart, long fromEnd)
    {
        var accepted = Assert.IsType<StreamDecision.Accepted>(Decide(Request(seqno, start, end, branch, flags)));

        Assert.Equal(
            (seqno == 0 ? BranchId.None : C, seqno, fromStart, fromEnd),
            (accepted.Start.Branch, accepted.Start.Seqno, accepted.Start.SnapshotStart, accepted.Start.SnapshotEnd));
        Assert.Equal(long.MaxValue, accepted.End);
    }

    [Theory]
    [InlineData(0, 0, 0, "Z", StreamFlags.Strict, 0, RewindReason.UnknownBranch)]
    [InlineData(1190, 1150, 1250, "C", StreamFlags.None, 1150, RewindReason.BeyondBranch)]
    [InlineData(1260, 1230, 1300, "C", StreamFlags.None, 1200, RewindReason.BeyondBranch)]
    [InlineData(1250, 1250, 1250, "C", StreamFlags.None, 1200, RewindReason.BeyondBranch)]
    [InlineData(480, 450, 520, "A", StreamFlags.None, 450, RewindReason.BeyondBranch)]
    [InlineData(520, 450, 520, "A", StreamFlags.None, 500, RewindReason.BeyondBranch)]
    [InlineData(880, 870, 910, "B", StreamFlags.None, 870, RewindReason.BeyondBranch)]
    [InlineData(700, 700, 700, "Z", StreamFlags.None, 0, RewindReason.UnknownBranch)]
    [InlineData(700, 700, 700, "", StreamFlags.None, 0, RewindReason.UnknownBranch)]
    [InlineData(200, 200, 200, "A", StreamFlags.None, 0, RewindReason.PurgedTombstones)]
    [InlineData(200, 200, 200, "Z", StreamFlags.IgnorePurged, 0, RewindReason.UnknownBranch)]
    [InlineData(480, 250, 520, "A", StreamFlags.None, 250, RewindReason.BeyondBranch)]
    [InlineData(250, 250, 250, "A", StreamFlags.None, 0, RewindReason.PurgedTombstones)]
    public void Decide_NotPartOfTheHistory_IsSentBack(
        long seqno, long start, long end, string branch, StreamFlags flags, long to, RewindReason reason)
    {
        var rollback = Assert.IsType<StreamDecision.Rollback>(Decide(Request(seqno, start, end, branch, flags)));

        Assert.Equal((to, reason), (rollback.Position.Seqno, rollback.Reason));
        Assert.True(rollback.Position.IsConsistent);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(250, false)]
    [InlineData(0, false)]
    public void Decide_BelowThePurge_CountsWhatTheReaderHasSeen(long purgeSeen, bool isOpened)
    {
        var request = Request(200, 200, 200, "A");

        var decision = Decide(request with { Start = request.Start with { PurgeSeqno = purgeSeen } });

        Assert.Equal(isOpened, decision is StreamDecision.Accepted);
    }

    [Theory]
    [InlineData(180, true)]
    [InlineData(200, true)]
    [InlineData(250, false)]
    public void Decide_BelowThePurgeWithAFilterOfOneCollection_CountsThatCollectionsTombstones(long purgedOrder, bool isOpened)
    {
        var partition = Partition with { Purges = CollectionPurges.None.With("Orders", purgedOrder).With("Others", 300) };

        var decision = StreamAdmission.Decide(Request(200, 200, 200, "A"), partition, "Orders");

        Assert.Equal(isOpened, decision is StreamDecision.Accepted { Start.PurgeSeqno: 0 });
    }

    [Fact]
    public void Decide_HalfASnapshotThatLostAVersion_GoesBackToItsStart()
    {
        var partition = new PartitionState(0, 90, 0, new FailoverLog([new(B, 30), new(A, 0)]));

        var honest = StreamAdmission.Decide(Request(30, 10, 40, "A"), partition, null);
        var lying = StreamAdmission.Decide(Request(30, 30, 30, "A"), partition, null);

        Assert.Equal(10, Assert.IsType<StreamDecision.Rollback>(honest).Position.Seqno);
        Assert.IsType<StreamDecision.Accepted>(lying);
    }

    [Theory]
    [InlineData(10, 10, 10, 5L, "stream_open.end_seqno", "5", "10")]
    [InlineData(10, 11, 12, null, "stream_open.snapshot_start", "11", "10")]
    [InlineData(10, 5, 9, null, "stream_open.snapshot_end", "9", "10")]
    public void Prepare_NumbersThatContradictEachOther_AreOutOfRangeBeforeAnythingElse(
        long seqno, long start, long end, long? endSeqno, string field, string value, string limit)
    {
        var error = Assert.Throws<EngineException>(() => StreamAdmission.Prepare(Request(seqno, start, end, "Z") with { End = endSeqno }, Partition));

        Assert.Equal(
            (ErrorCode.OutOfRange, field, value, limit), (error.Code, error.Metadata["field"], error.Metadata["value"], error.Metadata["limit"]));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("C", true)]
    [InlineData("B", false)]
    [InlineData("Z", false)]
    public void FromLatest_AnyStart_IsTheNewestChangeOfItsBranch(string branch, bool isOpened)
    {
        var decision = Decide(Request(17, 3, 99, branch, StreamFlags.FromLatest));

        if (isOpened) Assert.Equal(Position.Now(Partition), Assert.IsType<StreamDecision.Accepted>(decision).Start);
        else Assert.IsType<StreamDecision.Rollback>(decision);
    }

    [Theory]
    [InlineData(StreamFlags.ToLatest)]
    [InlineData(StreamFlags.DiskOnly)]
    public void ToLatest_Any_EndsAtTheNewestChange(StreamFlags flags) =>
        Assert.Equal(1200, Assert.IsType<StreamDecision.Accepted>(Decide(Request(1000, 1000, 1000, "C", flags))).End);

    [Fact]
    public void NotifyOnly_BeyondTheNewestChange_WaitsForTheNext()
    {
        var accepted = Assert.IsType<StreamDecision.Accepted>(Decide(Request(1260, 9000, 3, "C", StreamFlags.NotifyOnly) with { End = 5 }));

        Assert.Equal((1200, long.MaxValue), (accepted.Start.Seqno, accepted.End));
        Assert.IsType<StreamDecision.Rollback>(Decide(Request(1260, 1260, 1260, "B", StreamFlags.NotifyOnly)));
    }

    private static StreamDecision Decide(StreamRequest request) => StreamAdmission.Decide(StreamAdmission.Prepare(request, Partition), Partition, null);

    private static StreamRequest Request(long seqno, long start, long end, string branch, StreamFlags flags = StreamFlags.None) =>
        new() { Id = 1, Partition = 0, Start = new Position(0, Named(branch), seqno, start, end, 0), Flags = flags };

    private static BranchId Named(string branch) => branch switch
    {
        "A" => A,
        "B" => B,
        "C" => C,
        "Z" => new BranchId(0xf),
        _ => BranchId.None,
    };
}
