using Subscriptions.Core.Errors;
using Subscriptions.Core.Leases;
using Subscriptions.Core.Subscriptions;
using Xunit;

namespace Subscriptions.Core.Tests.Leases;

public sealed class LeaseStateTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<OpeningStrategy, OpeningStrategy, string> Matrix => new()
    {
        { OpeningStrategy.Fail, OpeningStrategy.Fail, "refuse" },
        { OpeningStrategy.Fail, OpeningStrategy.Wait, "refuse" },
        { OpeningStrategy.Fail, OpeningStrategy.TakeOver, "refuse" },
        { OpeningStrategy.Fail, OpeningStrategy.Concurrent, "refuse" },
        { OpeningStrategy.Wait, OpeningStrategy.Fail, "queue" },
        { OpeningStrategy.Wait, OpeningStrategy.Wait, "queue" },
        { OpeningStrategy.Wait, OpeningStrategy.TakeOver, "queue" },
        { OpeningStrategy.Wait, OpeningStrategy.Concurrent, "refuse" },
        { OpeningStrategy.TakeOver, OpeningStrategy.Fail, "replace" },
        { OpeningStrategy.TakeOver, OpeningStrategy.Wait, "replace" },
        { OpeningStrategy.TakeOver, OpeningStrategy.TakeOver, "refuse" },
        { OpeningStrategy.TakeOver, OpeningStrategy.Concurrent, "refuse" },
        { OpeningStrategy.Concurrent, OpeningStrategy.Fail, "refuse" },
        { OpeningStrategy.Concurrent, OpeningStrategy.Wait, "refuse" },
        { OpeningStrategy.Concurrent, OpeningStrategy.TakeOver, "refuse" },
        { OpeningStrategy.Concurrent, OpeningStrategy.Concurrent, "share" },
    };

    [Theory]
    [InlineData(OpeningStrategy.Fail)]
    [InlineData(OpeningStrategy.Wait)]
    [InlineData(OpeningStrategy.TakeOver)]
    [InlineData(OpeningStrategy.Concurrent)]
    public void Open_Free_PersistsBeforeItGrants(OpeningStrategy strategy)
    {
        var request = Request(1, strategy);

        var opened = LeaseState.Free.Open(request);
        var granted = opened.State.Persisted(request, new FencingToken(7));

        Assert.Equal([new LeaseEffect.Persist(request, IsShared: false)], opened.Effects);
        Assert.Equal([new LeaseEffect.Grant(request, new FencingToken(7))], granted.Effects);
        Assert.Equal(new FencingToken(7), granted.State.Holders[0].Token);
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Open_Held_FollowsTheMatrix(OpeningStrategy incoming, OpeningStrategy holding, string expected)
    {
        var holder = Request(1, holding);
        var request = Request(2, incoming);
        var held = Granted(holder);

        var (state, effects) = held.Open(request);

        switch (expected)
        {
            case "refuse":
                Assert.Equal([new LeaseEffect.Refuse(request, held.Holders)], effects);
                Assert.Equal(held, state);
                break;
            case "queue":
                Assert.Equal([new LeaseEffect.TellPlace(request, 1, held.Holders[0])], effects);
                Assert.Equal(holder, state.Holders[0].Request);
                break;
            case "share":
                Assert.Equal([new LeaseEffect.Persist(request, IsShared: true)], effects);
                Assert.Equal([holder, request], state.Holders.Select(h => h.Request));
                break;
            default:
                Assert.Equal(
                    [new LeaseEffect.Close(holder, ErrorCode.TakenOver, request.Worker), new LeaseEffect.Persist(request, IsShared: false)], effects);
                Assert.Equal(request, Assert.Single(state.Holders).Request);
                Assert.Null(state.Holders[0].Token);
                break;
        }
    }

    [Fact]
    public void Release_OthersWait_FirstComeFirstServed()
    {
        var first = Request(1, OpeningStrategy.Fail);
        var second = Request(2, OpeningStrategy.Wait);
        var third = Request(3, OpeningStrategy.Wait);
        var state = Granted(first).Open(second).State.Open(third).State;

        var (next, effects) = state.Release(first);

        Assert.Equal([new LeaseEffect.Persist(second, IsShared: false), new LeaseEffect.TellPlace(third, 1, next.Holders[0])], effects);
        Assert.Equal(second, next.Holders[0].Request);
    }

    [Fact]
    public void Release_OfAWaitingOne_MovesUpThoseBehindOnly()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail));
        foreach (var number in (int[])[2, 3, 4]) state = state.Open(Request(number, OpeningStrategy.Wait)).State;

        var (next, effects) = state.Release(Request(3, OpeningStrategy.Wait));

        Assert.Equal([new LeaseEffect.TellPlace(Request(4, OpeningStrategy.Wait), 2, next.Holders[0])], effects);
    }

    [Fact]
    public void Persisted_CandidateWasReplacedMeanwhile_GrantsNothing()
    {
        var slow = Request(1, OpeningStrategy.Fail);
        var eager = Request(2, OpeningStrategy.TakeOver);
        var state = LeaseState.Free.Open(slow).State.Open(eager).State;

        var late = state.Persisted(slow, new FencingToken(1));
        var granted = late.State.Persisted(eager, new FencingToken(2));

        Assert.Empty(late.Effects);
        Assert.Equal([new LeaseEffect.Grant(eager, new FencingToken(2))], granted.Effects);
    }

    [Fact]
    public void TakeOver_OthersWait_GoesAheadOfThem()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail)).Open(Request(2, OpeningStrategy.Wait)).State;

        var next = state.Open(Request(3, OpeningStrategy.TakeOver)).State;

        Assert.Equal(3, next.Holders[0].Request.Number);
        Assert.Equal(2, Assert.Single(next.Queue).Number);
    }

    [Fact]
    public void TakeOver_OthersWait_AreToldTheNewHolder()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail));
        foreach (var number in (int[])[2, 3]) state = state.Open(Request(number, OpeningStrategy.Wait)).State;

        var (next, effects) = state.Open(Request(4, OpeningStrategy.TakeOver));

        var told = effects.OfType<LeaseEffect.TellPlace>().ToList();
        Assert.Equal([(2L, 1), (3L, 2)], told.Select(t => (t.Request.Number, t.Place)));
        Assert.All(told, t => Assert.Equal(next.Holders[0].Request, t.Holder.Request));
    }

    [Fact]
    public void Evict_OneWhoWaits_MovesUpThoseBehind()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail));
        foreach (var number in (int[])[2, 3]) state = state.Open(Request(number, OpeningStrategy.Wait, $"w{number}")).State;

        var (next, effects) = state.Evict(w => w.Worker.Name == "w2", ErrorCode.Dropped);

        Assert.Equal(
            [
                new LeaseEffect.Close(Request(2, OpeningStrategy.Wait, "w2"), ErrorCode.Dropped, null),
                new LeaseEffect.TellPlace(Request(3, OpeningStrategy.Wait, "w3"), 1, next.Holders[0]),
            ],
            effects);
    }

    [Fact]
    public void Evict_HolderOnly_GivesThePlaceToTheNext()
    {
        var holder = Request(1, OpeningStrategy.Fail, "a");
        var waiting = Request(2, OpeningStrategy.Wait, "b");
        var state = Granted(holder).Open(waiting).State;

        var (next, effects) = state.Evict(w => w.Worker.Name == "a", ErrorCode.Dropped);

        Assert.Equal([new LeaseEffect.Close(holder, ErrorCode.Dropped, null), new LeaseEffect.Persist(waiting, IsShared: false)], effects);
        Assert.Equal(waiting, next.Holders[0].Request);
    }

    [Fact]
    public void Evict_All_LeavesItFree()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail)).Open(Request(2, OpeningStrategy.Wait)).State;

        var (next, effects) = state.Evict(_ => true, ErrorCode.SubscriptionDisabled);

        Assert.Empty(next.Holders);
        Assert.Empty(next.Queue);
        Assert.Equal([1L, 2L], effects.Cast<LeaseEffect.Close>().Select(c => c.Request.Number));
    }

    [Fact]
    public void Concurrent_FirstTokenNotYetDurable_SecondsIsWrittenAfterItAndStandsBesideIt()
    {
        var first = Request(1, OpeningStrategy.Concurrent);
        var second = Request(2, OpeningStrategy.Concurrent);
        var opened = LeaseState.Free.Open(first).State.Open(second);

        var granted = opened.State.Persisted(first, new FencingToken(5));

        Assert.Empty(opened.Effects);
        Assert.Equal([new LeaseEffect.Grant(first, new FencingToken(5)), new LeaseEffect.Persist(second, IsShared: true)], granted.Effects);
    }

    [Fact]
    public void Concurrent_FirstLeavesBeforeItsTokenIsDurable_SecondDoesNotShareWithADeadOne()
    {
        var first = Request(1, OpeningStrategy.Concurrent);
        var second = Request(2, OpeningStrategy.Concurrent);
        var state = LeaseState.Free.Open(first).State.Open(second).State;

        var (_, effects) = state.Release(first);

        Assert.Equal([new LeaseEffect.Persist(second, IsShared: false)], effects);
    }

    [Fact]
    public void Concurrent_LastLeaves_ModeIsOpenAgain()
    {
        var first = Request(1, OpeningStrategy.Concurrent);
        var second = Request(2, OpeningStrategy.Concurrent);
        var shared = Granted(first).Open(second).State.Persisted(second, new FencingToken(2)).State;

        var stillShared = shared.Release(first).State;
        Assert.IsType<LeaseEffect.Refuse>(Assert.Single(stillShared.Open(Request(3, OpeningStrategy.Fail)).Effects));

        var free = stillShared.Release(second).State;
        Assert.IsType<LeaseEffect.Persist>(Assert.Single(free.Open(Request(4, OpeningStrategy.Fail)).Effects));
    }

    [Fact]
    public void Evict_OneOfSeveralHolders_LeavesTheOthers()
    {
        var first = Request(1, OpeningStrategy.Concurrent, "a");
        var second = Request(2, OpeningStrategy.Concurrent, "b");
        var shared = Granted(first).Open(second).State.Persisted(second, new FencingToken(2)).State;

        var (next, effects) = shared.Evict(w => w.Token == new FencingToken(1), ErrorCode.Dropped);

        Assert.Equal([new LeaseEffect.Close(first, ErrorCode.Dropped, null)], effects);
        Assert.Equal(second, Assert.Single(next.Holders).Request);
    }

    private static LeaseRequest Request(long number, OpeningStrategy strategy, string name = "worker") =>
        new(number, new WorkerInfo(name, "127.0.0.1:1", strategy, Noon));

    private static LeaseState Granted(LeaseRequest request) =>
        LeaseState.Free.Open(request).State.Persisted(request, new FencingToken(1)).State;
}
