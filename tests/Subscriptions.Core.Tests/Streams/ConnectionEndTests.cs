using Subscriptions.Core.Errors;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Tests.Feeds;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>How connections end, and what is left of them, on a clock that stands still unless it is moved.</summary>
public sealed class ConnectionEndTests
{
    [Fact]
    public async Task Client_ThatTakesNothing_IsGivenUpAndHarmsNobody()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var stuck = new FakePeer { Hold = new TaskCompletionSource().Task };
        var other = new FakePeer();
        await using var stuckRun = ConnectionRun.Start(fixture, stuck, 0);
        await using var otherRun = ConnectionRun.Start(fixture, other, 0);
        stuck.Say(ConnectionRun.Open(1));
        other.Say(ConnectionRun.Open(1));

        await fixture.PutAsync("a");
        Assert.Equal("1:opened 1:[0-1] 1:+a", await other.ToAsync("1:+a"));
        var advancing = Advance(fixture, other);
        var error = await Assert.ThrowsAsync<EngineException>(() => stuckRun.Task.Within());
        await advancing;

        Assert.Equal(ErrorCode.ClientSilent, error.Code);
        await fixture.PutAsync("b");
        await other.ToAsync("1:+b");
    }

    [Fact]
    public async Task Connection_ReplacedBeforeItRuns_EndsAtOnce()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var connections = new StreamConnections(services);
        using var first = new StreamConnection(fixture.Shop.Feed, new FakePeer(), new ConnectionSettings(), services);
        using var second = new StreamConnection(fixture.Shop.Feed, new FakePeer(), new ConnectionSettings(), services);
        using var place = connections.Enter(fixture.Shop.Info.Name, "indexer", first);
        using var other = connections.Enter(fixture.Shop.Info.Name, "indexer", second);

        var error = await Assert.ThrowsAsync<EngineException>(() => first.RunAsync(CancellationToken.None).Within());

        Assert.Equal(ErrorCode.ConnectionReplaced, error.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_GoneWhenItIsToldOfAnEnd_LeavesNoStreamBehind(bool isEndOfAll)
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer { Breaks = message => message is StreamMessage.Ended };
        await using (var run = ConnectionRun.Start(fixture, peer, services))
        {
            peer.Say(ConnectionRun.Open(1));
            peer.Say(ConnectionRun.Open(2));
            await peer.ToAsync("2:opened");
            if (isEndOfAll) await fixture.Catalog.DropAsync("shop", CancellationToken.None);
            else peer.Say(new StreamCommand.Close(1));
            await run.Task.Within();
        }

        Assert.Equal((0, 0), (services.Figures.Connections, services.Figures.Streams));
    }

    [Fact]
    public async Task Client_ThatNeverCeasesToAsk_IsToldThatAllIsOver()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var peer = new FakePeer { Pesters = true };
        await using var run = ConnectionRun.Start(fixture, peer, 0);
        peer.Say(new StreamCommand.Control(settings => settings));
        await peer.ToAsync("settings");

        await fixture.Catalog.DropAsync("shop", CancellationToken.None);

        Assert.Equal(ErrorCode.DatabaseDropped, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
    }

    [Fact]
    public async Task Client_ThatHasClosedItsSide_IsSentMoreThanItsWindow()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(ConnectionRun.Twenty);
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 1024);

        peer.Say(ConnectionRun.Open(1, flags: StreamFlags.ToLatest));
        peer.HangUp();

        Assert.EndsWith("1:+s 1:+t 1:end:Ok", await peer.ToAsync("1:end:Ok"), StringComparison.Ordinal);
        await run.Task.Within();
    }

    [Fact]
    public async Task Client_ThatHasClosedItsSide_HasAllTheTimeThatItTakes()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a");
        var peer = new FakePeer
        {
            Breaks = message =>
            {
                if (message is StreamMessage.Changes) fixture.Time.Advance(TimeSpan.FromMinutes(1));
                return false;
            },
        };
        await using var run = ConnectionRun.Start(fixture, peer, 0);

        for (var i = 0U; i < 5; i++) peer.Say(ConnectionRun.Open(i, flags: StreamFlags.ToLatest));
        peer.HangUp();

        await run.Task.Within();
        Assert.Equal(5, peer.Rest().Count(w => w.EndsWith(":end:Ok", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Client_ThatHasClosedItsSideAndTakesNothing_IsGivenUp()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a");
        var peer = new FakePeer { Hold = new TaskCompletionSource().Task };
        await using var run = ConnectionRun.Start(fixture, peer, 0);

        peer.Say(ConnectionRun.Open(1, flags: StreamFlags.ToLatest));
        peer.HangUp();
        await peer.Holding.Within();
        fixture.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(ErrorCode.ClientSilent, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
    }

    [Fact]
    public async Task End_WhileSomethingIsSent_IsToldBehindIt()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a");
        var pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = new FakePeer { Hold = pause.Task };
        await using var run = ConnectionRun.Start(fixture, peer, 0);
        peer.Say(ConnectionRun.Open(1));
        await peer.Holding.Within();

        run.Connection.End(new EngineException(ErrorCode.ConnectionReplaced, "Another one."));
        Assert.False(run.Task.IsCompleted);
        pause.SetResult();

        Assert.Equal(ErrorCode.ConnectionReplaced, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
        Assert.Equal("1:opened", peer.Rest()[0]);
    }

    [Fact]
    public async Task End_ClientTakesNothingAndSaysMuch_IsCutOff()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer { Hold = new TaskCompletionSource().Task };
        await using var run = ConnectionRun.Start(fixture, peer, services);
        peer.Say(ConnectionRun.Open(1));
        await peer.Holding.Within();

        run.Connection.End(new EngineException(ErrorCode.ConnectionReplaced, "Another one."));
        for (var i = 0; i < 4; i++)
        {
            peer.Say(new StreamCommand.NoopReply());
            fixture.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(ErrorCode.ConnectionReplaced, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
        Assert.Equal(0, services.Figures.SilentConnections);
    }

    private static async Task Advance(FeedFixture fixture, FakePeer alive)
    {
        for (var i = 0; i < 14; i++)
        {
            alive.Say(new StreamCommand.NoopReply());
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            fixture.Time.Advance(TimeSpan.FromSeconds(10));
        }
    }
}
