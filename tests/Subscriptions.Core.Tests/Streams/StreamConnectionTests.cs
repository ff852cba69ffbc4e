using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Tests.Feeds;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>What one connection's client is told of its streams, on a clock that stands still unless it is moved.</summary>
public sealed class StreamConnectionTests
{
    [Fact]
    public async Task Snapshot_ThatGrowsWhileItIsRead_SaysSoBeforeMoreData()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(ConnectionRun.Twenty);
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 1024);
        peer.Say(ConnectionRun.Open(1));
        var first = await peer.ToAsync("1:+o");

        await fixture.PutAsync("a");
        peer.Say(new StreamCommand.BufferAck(10_000));

        Assert.StartsWith("1:opened 1:[0-20] 1:+a 1:+b", first, StringComparison.Ordinal);
        Assert.Equal("1:[0-21] 1:+p 1:+q 1:+r 1:+s 1:+t 1:+a", await peer.ToAsync("1:+a"));
    }

    [Fact]
    public async Task Purge_BesideAScan_EndsTheStreamBeforeItCanMissADeletion()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(ConnectionRun.Twenty);
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 1024);
        peer.Say(ConnectionRun.Open(1));
        await peer.ToAsync("1:+o");

        await fixture.DeleteAsync("a");
        await fixture.PutAsync("z");
        await fixture.Shop.PurgeAsync(fixture.Time.GetUtcNow() + TimeSpan.FromDays(8), CancellationToken.None);
        peer.Say(new StreamCommand.BufferAck(10_000));

        var rest = await peer.ToAsync("1:end:Rollback");
        Assert.DoesNotContain("+", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_OfOneCollection_BelowAPurgeOfAnother_HasNotSeenIt()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a", "b");
        var first = fixture.Now()[0] with { Seqno = 1, SnapshotStart = 1, SnapshotEnd = 1 };
        await fixture.PutInAsync("Others", "{}", "x");
        await fixture.DeleteAsync("x");
        await fixture.Shop.PurgeAsync(fixture.Time.GetUtcNow() + TimeSpan.FromDays(8), CancellationToken.None);
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 0);

        peer.Say(ConnectionRun.Open(1, from: first, filter: () => new FilterView(new CollectionFilter("Orders"))));
        await peer.ToAsync("1:+b");
        peer.Say(ConnectionRun.Open(2));
        await peer.ToAsync("2:+b");

        Assert.Equal([(1u, 0L), (2u, 4L)], peer.Markers.Select(m => (m.StreamId, m.PurgeSeqno)));
    }

    [Fact]
    public async Task Filter_ThatLetsLittlePass_TellsProgressOnceASecond()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var peer = new FakePeer();
        await using var run = ConnectionRun.Start(fixture, peer, 0);
        peer.Say(ConnectionRun.Open(1, filter: () => new FilterView(new CollectionFilter("Orders"))));
        await peer.ToAsync("1:opened");

        for (var i = 0; i < 20; i++) await fixture.PutInAsync("Others", "{}", $"o{i}");
        await fixture.PutAsync("a");
        var told = await peer.ToAsync("1:+a");
        await fixture.PutInAsync("Others", "{}", "last");
        fixture.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.InRange(told.Split('>').Length - 1, 0, 1);
        Assert.Equal("1:>22", await peer.ToAsync("1:>22"));
    }

    [Fact]
    public async Task Client_ThatTakesNothingForAMinute_GoesOnWhereItWas()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(ConnectionRun.Twenty);
        var pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = new FakePeer { Hold = pause.Task };
        await using var run = ConnectionRun.Start(fixture, peer, 0);
        peer.Say(ConnectionRun.Open(1));
        await peer.Holding.Within();

        for (var i = 0; i < 6; i++) fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await fixture.PutAsync("z");
        Assert.Empty(peer.Rest());
        pause.SetResult();

        var words = (await peer.ToAsync("1:+z")).Split(' ').Where(w => w.Contains('+', StringComparison.Ordinal));
        Assert.Equal([.. ConnectionRun.Twenty.Select(id => $"1:+{id}"), "1:+z"], words);
        Assert.False(run.Task.IsCompleted);
    }

    [Fact]
    public async Task Client_ThatNeverCeasesToAsk_StillGetsItsStreams()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a");
        var peer = new FakePeer { Pesters = true };
        await using var run = ConnectionRun.Start(fixture, peer, 0);

        peer.Say(ConnectionRun.Open(1));
        peer.Say(new StreamCommand.Control(settings => settings));

        await peer.ToAsync("1:+a").Within();
    }
}
