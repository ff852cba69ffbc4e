using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>How conversations end, and what time does to them.</summary>
public sealed class SessionEndingTests
{
    [Fact]
    public void Broken_ConfirmsNothingAndEndsForThatReason()
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);

        session.Ack(1);
        session.Handle(new SessionEvent.Broken(new EngineException(ErrorCode.LeaseLost, "fenced")));

        Assert.Equal(ErrorCode.LeaseLost, session.Finish!.Reason!.Code);
        Assert.Empty(session.Confirmed);
    }

    [Fact]
    public void Ended_AckedButUnsaved_IsConfirmedFirst()
    {
        var session = SessionHarness.Delivering(window: 2, batches: 2);
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
        var session = SessionHarness.Delivering(window: 2, batches: 2);
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
}
