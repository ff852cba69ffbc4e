using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

public sealed class WorkerSessionTests
{
    [Fact]
    public void Built_WindowOfOne_SecondBatchWaitsForTheAckNotForItsConfirm()
    {
        var session = new SessionHarness();

        session.Built(1, 3);
        session.Flushed();
        session.Built(4, 6);
        Assert.Single(session.Delivered);

        session.Ack(1);

        Assert.Equal([1L, 2L], session.Delivered.Select(b => b.Id));
        Assert.Empty(session.Confirmed);
    }

    [Fact]
    public void Ack_UnconfirmedBatches_AreBoundedByTwiceTheWindow()
    {
        var session = new SessionHarness();
        for (var batch = 1; batch <= 4; batch++)
        {
            session.Built(batch, batch);
            session.Flushed();
            session.Ack(Math.Min(batch, session.Delivered.Count()));
        }

        // The first save is still under way: one batch is acked and unconfirmed, one may be out, and no more.
        Assert.Equal(2, session.Delivered.Count());

        session.Saved();
        Assert.Equal(3, session.Delivered.Count());
    }

    [Fact]
    public void Built_WindowOfThree_SendsThreeAndHoldsTheFourth()
    {
        var session = SessionHarness.Delivering(window: 3, batches: 3);

        session.Built(4, 4);
        session.Flushed();

        Assert.Equal([1L, 2L, 3L], session.Delivered.Select(b => b.Id));
    }

    [Fact]
    public void Built_BatchBeforeHasNotLeft_IsNotSent()
    {
        var session = new SessionHarness(window: 3);

        session.Built(1, 1);
        session.Built(2, 2);
        Assert.Single(session.Delivered);

        session.Flushed();
        Assert.Equal(2, session.Delivered.Count());
    }

    [Fact]
    public void Build_OneBatchWaitsForRoom_NoMoreIsLookedFor()
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);
        session.Built(2, 2);
        var builds = session.Builds;

        session.Tick(TimeSpan.FromSeconds(1));
        Assert.Equal(builds, session.Builds);

        session.Ack(1);
        Assert.Equal(builds + 1, session.Builds);
    }

    [Fact]
    public void Build_SharedAndNoRoom_NothingIsTakenFromTheOthers()
    {
        var session = new SessionHarness(isShared: true);
        session.Built(1, 1);
        session.Flushed();
        Assert.Equal(1, session.Builds);

        session.Ack(1);

        Assert.Equal(2, session.Builds);
    }

    [Fact]
    public void Built_NothingToHandOut_NextSearchWaits()
    {
        var session = new SessionHarness();

        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(5)));
        Assert.True(session.Effects.OfType<SessionEffect.Build>().Last().WaitFirst);

        session.Built(6, 6);
        Assert.False(session.Effects.OfType<SessionEffect.Build>().Last().WaitFirst);
    }

    [Fact]
    public void Built_LongScanWithoutMatches_GoesOnAtOnce()
    {
        var session = new SessionHarness();

        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(10_000, isCaughtUp: false, isIdle: false)));

        Assert.False(session.Effects.OfType<SessionEffect.Build>().Last().WaitFirst);
        Assert.Empty(session.Messages<ServerMessage.CaughtUp>());
    }

    [Fact]
    public void Ack_Cumulative_SettlesAllOfThemAndConfirmsTheLast()
    {
        var session = SessionHarness.Delivering(window: 3, batches: 3);

        session.Ack(3);
        session.Saved();

        Assert.Equal(3, Assert.Single(session.Acks).Claims.Count);
        Assert.Equal([3L], session.Confirmed);
    }

    [Fact]
    public void Ack_Repeated_IsHarmless()
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);

        session.Ack(1);
        session.Saved();
        session.Ack(1);

        Assert.Single(session.Acks);
        Assert.Null(session.Finish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void Ack_NeverSent_EndsAsViolation(long batchId)
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);

        session.Ack(batchId);

        Assert.Equal(ErrorCode.ProtocolViolation, session.Finish!.Reason!.Code);
        Assert.Empty(session.Acks);
    }

    [Fact]
    public void Built_CaughtUp_TellsOnceUntilSomethingIsDelivered()
    {
        var session = new SessionHarness();

        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(1)));
        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(2)));
        Assert.Single(session.Messages<ServerMessage.CaughtUp>());

        session.Built(3, 3);
        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(4)));
        Assert.Equal(2, session.Messages<ServerMessage.CaughtUp>().Count());
    }
}
