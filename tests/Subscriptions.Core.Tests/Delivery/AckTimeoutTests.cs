using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>How long a worker may keep a batch, on the session machine.</summary>
public sealed class AckTimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    [Fact]
    public void Tick_OldestBatchTooLong_EndsForReconnectNamingTheBatch()
    {
        var session = Delivering();

        Pass(session, TimeSpan.FromSeconds(4));
        Assert.Null(session.Finish);
        Pass(session, TimeSpan.FromSeconds(1));

        var reason = session.Finish!.Reason!;
        Assert.Equal((ErrorCode.AckTimeout, "1", true), (reason.Code, reason.Metadata["batch_id"], reason.IsReconnect));
    }

    [Fact]
    public void Heartbeat_NamesTheBatch_ExtendsIt()
    {
        var session = Delivering();

        for (var i = 0; i < 10; i++)
        {
            Pass(session, TimeSpan.FromSeconds(4));
            session.Handle(new SessionEvent.Received(new WorkerMessage.Heartbeat(1)));
        }

        Assert.Null(session.Finish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Heartbeat_NamesNoneOrAnother_DoesNotExtend(long batchId)
    {
        var session = Delivering();

        Pass(session, TimeSpan.FromSeconds(4));
        session.Handle(new SessionEvent.Received(new WorkerMessage.Heartbeat(batchId)));
        Pass(session, TimeSpan.FromSeconds(1));

        Assert.Equal(ErrorCode.AckTimeout, session.Finish!.Reason!.Code);
    }

    [Fact]
    public void Ack_NextBatchHasItsOwnTime()
    {
        var session = Delivering();

        Pass(session, TimeSpan.FromSeconds(4));
        session.Ack(1);
        session.Saved();
        Pass(session, TimeSpan.FromSeconds(4));
        Assert.Null(session.Finish);
        Pass(session, TimeSpan.FromSeconds(1));

        Assert.Equal("2", session.Finish!.Reason!.Metadata["batch_id"]);
    }

    [Fact]
    public void Tick_NothingOut_NeverEnds()
    {
        var session = Delivering();
        session.Ack(2);
        session.Saved();

        for (var i = 0; i < 10; i++)
        {
            session.Handle(new SessionEvent.Received(new WorkerMessage.Heartbeat(0)));
            Pass(session, TimeSpan.FromSeconds(20));
        }

        Assert.Null(session.Finish);
    }

    // Two batches of one change each are out.
    private static SessionHarness Delivering()
    {
        var session = new SessionHarness(window: 2, ackTimeout: Timeout);
        session.Built(1, 1);
        session.Flushed();
        session.Built(2, 2);
        session.Flushed();
        return session;
    }

    private static void Pass(SessionHarness session, TimeSpan time) => session.Tick(time);
}
