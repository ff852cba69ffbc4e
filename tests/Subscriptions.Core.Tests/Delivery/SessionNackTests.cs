using Subscriptions.Core.Delivery;
using Subscriptions.Core.Errors;
using Xunit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>What a conversation makes of nacks.</summary>
public sealed class SessionNackTests
{
    [Fact]
    public void Nack_Batch_GivesBackItAndAllBehindItAndCountsOnFromIt()
    {
        var session = SessionHarness.Delivering(window: 3, batches: 3);

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
        var session = SessionHarness.Delivering(window: 1, batches: 1);
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
        var session = SessionHarness.Delivering(window: 1, batches: 1);
        var ready = session.Built(2, 2);

        session.Nack(1);

        Assert.Equal([true, false], session.GivenBack.Select(g => g.WereSent));
        Assert.Same(ready.Claim, session.GivenBack.Last().Claims.Single());
    }

    [Fact]
    public void Nack_Items_LeavesTheBatchToItsAck()
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);

        session.Nack(1, null, "d1");
        session.Ack(1);

        Assert.Equal(["d1"], Assert.Single(session.Effects.OfType<SessionEffect.Fail>()).Nack.ItemIds);
        Assert.Single(session.Acks);
        Assert.Null(session.Finish);
    }

    [Fact]
    public void Nack_ItemsOfAnAckedBatch_EndsAsViolation()
    {
        var session = SessionHarness.Delivering(window: 1, batches: 1);
        session.Ack(1);
        session.Saved();

        session.Nack(1, null, "d1");

        Assert.Equal(ErrorCode.ProtocolViolation, session.Finish!.Reason!.Code);
    }
}
