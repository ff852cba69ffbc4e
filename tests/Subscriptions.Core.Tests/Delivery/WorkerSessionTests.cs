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
        var session = Delivering(window: 3, batches: 3);

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
        var session = Delivering(window: 1, batches: 1);
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
        var session = Delivering(window: 3, batches: 3);

        session.Ack(3);
        session.Saved();

        Assert.Equal(3, Assert.Single(session.Acks).Claims.Count);
        Assert.Equal([3L], session.Confirmed);
    }

    [Fact]
    public void Ack_Repeated_IsHarmless()
    {
        var session = Delivering(window: 1, batches: 1);

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
        var session = Delivering(window: 1, batches: 1);

        session.Ack(batchId);

        Assert.Equal(ErrorCode.ProtocolViolation, session.Finish!.Reason!.Code);
        Assert.Empty(session.Acks);
    }

    [Fact]
    public void Broken_ConfirmsNothingAndEndsForThatReason()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Ack(1);
        session.Handle(new SessionEvent.Broken(new EngineException(ErrorCode.LeaseLost, "fenced")));

        Assert.Equal(ErrorCode.LeaseLost, session.Finish!.Reason!.Code);
        Assert.Empty(session.Confirmed);
    }

    [Fact]
    public void Ended_AckedButUnsaved_IsConfirmedFirst()
    {
        var session = Delivering(window: 2, batches: 2);
        session.Ack(1);
        session.Ack(2);

        session.Handle(new SessionEvent.Ended(new EngineException(ErrorCode.ShuttingDown, "stop")));
        Assert.Null(session.Finish);
        session.Handle(new SessionEvent.Saved(1, SessionHarness.At(1), false));
        Assert.Null(session.Finish);
        session.Handle(new SessionEvent.Saved(2, SessionHarness.At(2), false));

        Assert.Equal([1L, 2L], session.Confirmed);
        Assert.Equal(ErrorCode.ShuttingDown, session.Finish!.Reason!.Code);
    }

    [Fact]
    public void Nack_Batch_GivesBackItAndAllBehindItAndCountsOnFromIt()
    {
        var session = Delivering(window: 3, batches: 3);

        session.Nack(2, TimeSpan.FromSeconds(7));
        session.Handle(new SessionEvent.Built(null));
        session.Built(2, 2, attempt: 2);
        session.Flushed();
        session.Built(3, 3, attempt: 2);

        var given = Assert.Single(session.GivenBack);
        Assert.Equal((2, true, TimeSpan.FromSeconds(7)), (given.Claims.Count, given.WereSent, given.Delay));
        Assert.Equal([1L, 2L, 3L, 2L, 3L], session.Delivered.Select(b => b.Id));
        Assert.Equal([2], session.Delivered.Last().Attempts!);
    }

    [Fact]
    public void Nack_WhileLookingFurther_WhatIsFoundGoesBackBeforeAnythingIsLookedFor()
    {
        var session = Delivering(window: 1, batches: 1);
        var builds = session.Builds;

        session.Nack(1);
        Assert.Single(session.Effects.OfType<SessionEffect.StopBuilding>());
        Assert.Equal(builds, session.Builds);
        var stale = session.Built(2, 2);

        Assert.Equal(builds + 1, session.Builds);
        var last = session.GivenBack.Last();
        Assert.Equal((stale.Claim, false), (Assert.Single(last.Claims), last.WereSent));
        Assert.Single(session.Delivered);
    }

    [Fact]
    public void Nack_BuiltButNotSent_GoesBackToo()
    {
        var session = Delivering(window: 1, batches: 1);
        var ready = session.Built(2, 2);

        session.Nack(1);

        Assert.Equal([true, false], session.GivenBack.Select(g => g.WereSent));
        Assert.Same(ready.Claim, session.GivenBack.Last().Claims.Single());
    }

    [Fact]
    public void Nack_Items_LeavesTheBatchToItsAck()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Nack(1, null, "d1");
        session.Ack(1);

        Assert.Equal(["d1"], Assert.Single(session.Effects.OfType<SessionEffect.Fail>()).Nack.ItemIds);
        Assert.Single(session.Acks);
        Assert.Null(session.Finish);
    }

    [Fact]
    public void Nack_ItemsOfAnAckedBatch_EndsAsViolation()
    {
        var session = Delivering(window: 1, batches: 1);
        session.Ack(1);
        session.Saved();

        session.Nack(1, null, "d1");

        Assert.Equal(ErrorCode.ProtocolViolation, session.Finish!.Reason!.Code);
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

    [Fact]
    public void Drained_EverythingAckedAndConfirmed_EndsWell()
    {
        var session = new SessionHarness(closeWhenDrained: true);
        session.Built(1, 3);
        session.Flushed();
        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(4, isDrained: false)));
        session.Ack(1);
        Assert.Null(session.Finish);

        session.Saved(isDrained: true);

        Assert.Null(session.Finish!.Reason);
        Assert.Equal([1L], session.Confirmed);
    }

    [Fact]
    public void Drained_SomethingIsToBeTriedAgain_Stays()
    {
        var session = new SessionHarness(closeWhenDrained: true);
        session.Built(1, 3);
        session.Flushed();
        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(4, isDrained: false)));
        session.Ack(1);

        session.Saved(isDrained: false);
        Assert.Null(session.Finish);

        session.Handle(new SessionEvent.Built(SessionHarness.Nothing(4, isDrained: true)));
        Assert.NotNull(session.Finish);
    }

    [Fact]
    public void HalfClosed_AcksAreConfirmedThenItEndsWell()
    {
        var session = Delivering(window: 2, batches: 2);
        session.Ack(1);

        session.Handle(new SessionEvent.HalfClosed());
        Assert.Null(session.Finish);
        session.Saved();

        Assert.Null(session.Finish!.Reason);
        Assert.Equal([1L], session.Confirmed);
    }

    [Fact]
    public void Tick_WorkerSilent_Ends()
    {
        var session = new SessionHarness();

        session.Tick(TimeSpan.FromSeconds(29));
        session.Handle(new SessionEvent.Received(new WorkerMessage.Heartbeat(0)));
        session.Tick(TimeSpan.FromSeconds(29));
        Assert.Null(session.Finish);
        session.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(ErrorCode.WorkerSilent, session.Finish!.Reason!.Code);
    }

    [Fact]
    public void Tick_Interval_SendsHeartbeats()
    {
        var session = new SessionHarness();

        session.Tick(TimeSpan.FromSeconds(11));
        Assert.Empty(session.Effects.OfType<SessionEffect.SendHeartbeat>());
        session.Tick(TimeSpan.FromSeconds(1));
        session.Tick(TimeSpan.FromSeconds(1));

        Assert.Single(session.Effects.OfType<SessionEffect.SendHeartbeat>());
    }

    // Batches 1..n of one change each are out.
    private static SessionHarness Delivering(int window, int batches)
    {
        var session = new SessionHarness(window);
        for (var batch = 1; batch <= batches; batch++)
        {
            session.Built(batch, batch);
            session.Flushed();
        }

        Assert.Equal(batches, session.Delivered.Count());
        return session;
    }
}
