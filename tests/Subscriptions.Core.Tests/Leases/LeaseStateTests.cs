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
        { OpeningStrategy.Wait, OpeningStrategy.Fail, "queue" },
        { OpeningStrategy.Wait, OpeningStrategy.Wait, "queue" },
        { OpeningStrategy.Wait, OpeningStrategy.TakeOver, "queue" },
        { OpeningStrategy.TakeOver, OpeningStrategy.Fail, "replace" },
        { OpeningStrategy.TakeOver, OpeningStrategy.Wait, "replace" },
        { OpeningStrategy.TakeOver, OpeningStrategy.TakeOver, "refuse" },
    };

    [Theory]
    [InlineData(OpeningStrategy.Fail)]
    [InlineData(OpeningStrategy.Wait)]
    [InlineData(OpeningStrategy.TakeOver)]
    public void Open_Free_PersistsBeforeItGrants(OpeningStrategy strategy)
    {
        var request = Request(1, strategy);

        var opened = LeaseState.Free.Open(request);
        var granted = opened.State.Persisted(request, new FencingToken(7));

        Assert.Equal([new LeaseEffect.Persist(request)], opened.Effects);
        Assert.Equal([new LeaseEffect.Grant(request, new FencingToken(7))], granted.Effects);
        Assert.Equal(new FencingToken(7), granted.State.Holder!.Token);
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
                Assert.Equal([new LeaseEffect.Refuse(request, held.Holder!)], effects);
                Assert.Equal(held, state);
                break;
            case "queue":
                Assert.Equal([new LeaseEffect.TellPlace(request, 1, held.Holder!)], effects);
                Assert.Equal(holder, state.Holder!.Request);
                break;
            default:
                Assert.Equal(
                    [new LeaseEffect.Close(holder, ErrorCode.TakenOver, request.Worker), new LeaseEffect.Persist(request)], effects);
                Assert.Equal(new LeaseHolder(request, null), state.Holder);
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

        Assert.Equal([new LeaseEffect.Persist(second), new LeaseEffect.TellPlace(third, 1, next.Holder!)], effects);
        Assert.Equal(second, next.Holder!.Request);
    }

    [Fact]
    public void Release_OfAWaitingOne_MovesUpThoseBehindOnly()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail));
        foreach (var number in (int[])[2, 3, 4]) state = state.Open(Request(number, OpeningStrategy.Wait)).State;

        var (next, effects) = state.Release(Request(3, OpeningStrategy.Wait));

        Assert.Equal([new LeaseEffect.TellPlace(Request(4, OpeningStrategy.Wait), 2, next.Holder!)], effects);
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

        Assert.Equal(3, next.Holder!.Request.Number);
        Assert.Equal(2, Assert.Single(next.Queue).Number);
    }

    [Fact]
    public void Evict_HolderOnly_GivesThePlaceToTheNext()
    {
        var holder = Request(1, OpeningStrategy.Fail, "a");
        var waiting = Request(2, OpeningStrategy.Wait, "b");
        var state = Granted(holder).Open(waiting).State;

        var (next, effects) = state.Evict(w => w.Name == "a", ErrorCode.Dropped);

        Assert.Equal([new LeaseEffect.Close(holder, ErrorCode.Dropped, null), new LeaseEffect.Persist(waiting)], effects);
        Assert.Equal(waiting, next.Holder!.Request);
    }

    [Fact]
    public void Evict_All_LeavesItFree()
    {
        var state = Granted(Request(1, OpeningStrategy.Fail)).Open(Request(2, OpeningStrategy.Wait)).State;

        var (next, effects) = state.Evict(_ => true, ErrorCode.SubscriptionDisabled);

        Assert.Null(next.Holder);
        Assert.Empty(next.Queue);
        Assert.Equal([1L, 2L], effects.Cast<LeaseEffect.Close>().Select(c => c.Request.Number));
    }

    private static LeaseRequest Request(long number, OpeningStrategy strategy, string name = "worker") =>
        new(number, new WorkerInfo(name, "127.0.0.1:1", strategy, Noon));

    private static LeaseState Granted(LeaseRequest request) =>
        LeaseState.Free.Open(request).State.Persisted(request, new FencingToken(1)).State;
}
