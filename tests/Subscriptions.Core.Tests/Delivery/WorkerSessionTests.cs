using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Subscriptions;
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
        var session = new SessionHarness(window: 3);

        for (var batch = 1; batch <= 4; batch++)
        {
            session.Built(batch, batch);
            session.Flushed();
        }

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
    public void Ack_Cumulative_SavesAndConfirmsTheLast()
    {
        var session = Delivering(window: 3, batches: 3);

        session.Ack(3);
        session.Saved();

        Assert.Equal(SessionHarness.At(3), Assert.Single(session.Saves).Cursor);
        Assert.Equal([3L], session.Confirmed);
    }

    [Fact]
    public void Ack_WhileSaving_SharesTheNextSave()
    {
        var session = Delivering(window: 4, batches: 4);

        session.Ack(1);
        session.Ack(2);
        session.Ack(3);
        Assert.Equal(SessionHarness.At(1), Assert.Single(session.Saves).Cursor);

        session.Saved();
        Assert.Equal(SessionHarness.At(3), session.Saves.Last().Cursor);
        session.Saved();

        Assert.Equal(2, session.Saves.Count());
        Assert.Equal([1L, 3L], session.Confirmed);
    }

    [Fact]
    public void Ack_Repeated_IsHarmless()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Ack(1);
        session.Saved();
        session.Ack(1);

        Assert.Single(session.Saves);
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
        Assert.Empty(session.Saves);
    }

    [Fact]
    public void Saved_Fenced_EndsWithLeaseLostAndConfirmsNothing()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Ack(1);
        session.Saved(ProgressOutcome.Fenced);

        Assert.Equal(ErrorCode.LeaseLost, session.Finish!.Reason!.Code);
        Assert.Empty(session.Confirmed);
    }

    [Fact]
    public void Ended_AckedButUnsaved_IsSavedAndConfirmedFirst()
    {
        var session = Delivering(window: 2, batches: 2);
        session.Ack(1);
        session.Ack(2);

        session.Handle(new SessionEvent.Ended(new EngineException(ErrorCode.ShuttingDown, "stop")));
        Assert.Null(session.Finish);
        session.Saved();
        Assert.Null(session.Finish);
        session.Saved();

        Assert.Equal([1L, 2L], session.Confirmed);
        Assert.Equal(ErrorCode.ShuttingDown, session.Finish!.Reason!.Code);
    }

    [Fact]
    public void Ended_BuiltButNotSent_CursorStaysBeforeIt()
    {
        var session = new SessionHarness();
        session.Built(1, 1);
        session.Ack(1);
        session.Saved();
        session.Built(2, 9);
        Assert.Single(session.Delivered);

        session.Handle(new SessionEvent.Ended(WorkerGone.Reason()));

        Assert.NotNull(session.Finish);
        Assert.All(session.Saves, save => Assert.Equal(SessionHarness.At(1), save.Cursor));
    }

    [Fact]
    public void Ended_BuiltAndNothingOut_CursorStaysBeforeIt()
    {
        var session = new SessionHarness();
        session.Scanned(1, 50);
        session.Handle(new SessionEvent.Flushed());
        session.Built(51, 60);
        session.Flushed();
        session.Built(61, 70);
        session.Ack(1);

        session.Handle(new SessionEvent.Ended(WorkerGone.Reason()));
        while (session.Finish is null) session.Saved();

        Assert.Equal(SessionHarness.At(60), session.Saves.Last().Cursor);
    }

    [Fact]
    public void Nack_Batch_SeeksBackAndCountsAttempts()
    {
        var session = Delivering(window: 2, batches: 2);

        session.Nack(1);
        session.Flushed();
        session.Built(1, 1);
        session.Flushed();
        session.Built(2, 3);

        Assert.Equal(SessionHarness.At(0), session.Effects.OfType<SessionEffect.Seek>().Single().Token);
        var again = session.Delivered.Skip(2).ToList();
        Assert.Equal([1L, 2L], again.Select(b => b.Id));
        Assert.Equal([2], again[0].Attempts!);
        Assert.Equal([2, 1], again[1].Attempts!);
    }

    [Fact]
    public void Nack_Twice_AttemptGoesOn()
    {
        var session = Delivering(window: 1, batches: 1);
        for (var attempt = 2; attempt <= 4; attempt++)
        {
            session.Nack(1);
            session.Built(1, 1);
            session.Flushed();
            Assert.Equal([attempt], session.Delivered.Last().Attempts!);
        }

        session.Ack(1);
        session.Built(2, 2);
        Assert.Null(session.Delivered.Last().Attempts);
    }

    [Fact]
    public void Nack_StaleBuild_IsIgnored()
    {
        var session = Delivering(window: 1, batches: 1);
        var stale = new SessionEvent.Built(0, new BuiltBatch([SessionHarness.Change(2)], SessionHarness.At(1), SessionHarness.At(2), 1, false));

        session.Nack(1);
        session.Handle(stale);

        Assert.Single(session.Delivered);
    }

    [Fact]
    public void Nack_WithDelay_WaitsBeforeItBuilds()
    {
        var session = Delivering(window: 1, batches: 1);
        var builds = session.Effects.OfType<SessionEffect.Build>().Count();

        session.Nack(1, TimeSpan.FromSeconds(3));
        var pause = session.Effects.OfType<SessionEffect.Pause>().Single();
        Assert.Equal(builds, session.Effects.OfType<SessionEffect.Build>().Count());

        session.Handle(new SessionEvent.PauseOver(pause.Generation));
        session.Built(1, 1);
        Assert.Equal(2, session.Delivered.Count());
    }

    [Fact]
    public void Scanned_NoMatches_SavesEveryTenThousandDocuments()
    {
        var session = new SessionHarness();

        session.Scanned(1, 9_999);
        Assert.Empty(session.Saves);
        session.Scanned(10_000, 10_000);

        Assert.Equal(SessionHarness.At(10_000), Assert.Single(session.Saves).Cursor);
        Assert.Null(session.Saves.Single().AckedAt);
        session.Saved();
        Assert.Empty(session.Confirmed);
    }

    [Fact]
    public void Scanned_NoMatches_SavesWithinASecond()
    {
        var session = new SessionHarness();

        session.Scanned(1, 5, isCaughtUp: true);
        session.Tick(TimeSpan.FromMilliseconds(999));
        Assert.Empty(session.Saves);
        session.Tick(TimeSpan.FromMilliseconds(1));

        Assert.Equal(SessionHarness.At(5), Assert.Single(session.Saves).Cursor);
    }

    [Fact]
    public void Scanned_BatchUnacked_CursorDoesNotPassIt()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Scanned(2, 50_000);
        session.Tick(TimeSpan.FromSeconds(5));
        Assert.Empty(session.Saves);

        session.Ack(1);
        Assert.Equal(SessionHarness.At(50_000), Assert.Single(session.Saves).Cursor);
    }

    [Fact]
    public void Scanned_CaughtUp_TellsOnceUntilSomethingIsDelivered()
    {
        var session = new SessionHarness();

        session.Scanned(1, 1, isCaughtUp: true);
        session.Scanned(2, 2, isCaughtUp: true);
        Assert.Single(session.Messages<ServerMessage.CaughtUp>());

        session.Built(3, 3);
        session.Scanned(4, 4, isCaughtUp: true);
        Assert.Equal(2, session.Messages<ServerMessage.CaughtUp>().Count());
    }

    [Fact]
    public void Drained_EverythingAckedAndConfirmed_EndsWell()
    {
        var session = new SessionHarness(closeWhenDrained: true);
        session.Built(1, 3, isCaughtUp: true);
        session.Flushed();
        session.Scanned(4, 4, isCaughtUp: true);
        session.Ack(1);
        Assert.Null(session.Finish);

        session.Saved();

        Assert.Null(session.Finish!.Reason);
        Assert.Equal([1L], session.Confirmed);
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
        Assert.Equal(SessionHarness.At(1), session.Saves.Last().Cursor);
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

    [Fact]
    public void Nack_OfItems_IsRefusedByName()
    {
        var session = Delivering(window: 1, batches: 1);

        session.Handle(new SessionEvent.Received(new WorkerMessage.Nack(1, ["d1"], "no", default)));

        Assert.Equal(ErrorCode.NotSupported, session.Finish!.Reason!.Code);
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
