using System.Globalization;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Errors;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Evaluation;
using Subscriptions.Core.Streams;
using Subscriptions.Core.Tests.Feeds;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Core.Tests.Streams;

/// <summary>One client's connection, on a clock that stands still.</summary>
public sealed class StreamConnectionTests
{
    private const int Partitions = 1024;
    private const int Documents = 150 * Partitions;

    // More than fit into a window of 1024 bytes: that lets a to o pass.
    private static readonly string[] Twenty = [.. Enumerable.Range('a', 20).Select(c => ((char)c).ToString())];

    [Fact]
    public async Task ManyStreams_OneWindow_AreFairToEachOther()
    {
        await using var fixture = await FeedFixture.StartAsync(Partitions);
        await fixture.PutManyAsync(Enumerable.Range(0, Documents).Select(i => $"d{i}"));
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 1024);
        var outstanding = await OpenAllAsync(peer);

        // Every other time all is acked, or what makes room for one change: in step with the turns of an even number of streams.
        var received = new int[Partitions];
        for (var round = 0; received.Max() < 100; round++)
        {
            var ack = round % 2 == 0 ? outstanding : outstanding - 1000;
            peer.Say(new StreamCommand.BufferAck(ack));
            outstanding -= ack;
            while (outstanding < 1024)
            {
                var message = await peer.NextMessageAsync();
                outstanding += FakePeer.BytesOf(message);
                if (FakePeer.HasChanges(message)) received[int.Parse(message[0].Split(':')[0], CultureInfo.InvariantCulture)] += message.Length;
            }
        }

        Assert.InRange(received.Max(), 1, 2 * received.Min());
    }

    [Fact]
    public async Task Window_ThatIsFull_LeavesNothingReadAheadHoweverManyStreamsThereAre()
    {
        await using var fixture = await FeedFixture.StartAsync(Partitions);
        await fixture.PutManyAsync(Enumerable.Range(0, 30 * Partitions).Select(i => $"d{i}"));
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 1024);
        var before = ReadPages(fixture);

        await OpenAllAsync(peer);
        peer.Say(new StreamCommand.Control(settings => settings));
        await peer.ToAsync("settings");
        Assert.Equal(1, ReadPages(fixture) - before);
    }

    [Fact]
    public async Task Acks_HeardBeforeTheSendingIsOver_MakeRoomAllTheSame()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Enumerable.Range(0, 100).Select(i => $"d{i}"));
        var peer = new FakePeer { Acks = true };
        await using var run = Run(fixture, peer, 1024);

        peer.Say(Open(1));

        await peer.ToAsync("1:+d99");
    }

    [Fact]
    public async Task Snapshot_ThatGrowsWhileItIsRead_SaysSoBeforeMoreData()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Twenty);
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 1024);
        peer.Say(Open(1));
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
        await fixture.PutAsync(Twenty);
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 1024);
        peer.Say(Open(1));
        await peer.ToAsync("1:+o");

        await fixture.DeleteAsync("a");
        await fixture.PutAsync("z");
        await fixture.Shop.PurgeAsync(fixture.Time.GetUtcNow() + TimeSpan.FromDays(8), CancellationToken.None);
        peer.Say(new StreamCommand.BufferAck(10_000));

        var rest = await peer.ToAsync("1:end:Rollback");
        Assert.DoesNotContain("+", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_ThatLetsLittlePass_TellsProgressOnceASecond()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 0);
        peer.Say(Open(1, filter: () => new FilterView(new CollectionFilter("Orders"))));
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
    public async Task Client_ThatTakesNothing_IsGivenUpAndHarmsNobody()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var stuck = new FakePeer { Hold = new TaskCompletionSource().Task };
        var other = new FakePeer();
        await using var stuckRun = Run(fixture, stuck, 0);
        await using var otherRun = Run(fixture, other, 0);
        stuck.Say(Open(1));
        other.Say(Open(1));

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
    public async Task Client_ThatTakesNothingForAMinute_GoesOnWhereItWas()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Twenty);
        var pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = new FakePeer { Hold = pause.Task };
        await using var run = Run(fixture, peer, 0);
        peer.Say(Open(1));

        for (var i = 0; i < 6; i++) fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await fixture.PutAsync("z");
        Assert.Empty(peer.Rest());
        pause.SetResult();

        var words = (await peer.ToAsync("1:+z")).Split(' ').Where(w => w.Contains('+', StringComparison.Ordinal));
        Assert.Equal([.. Twenty.Select(id => $"1:+{id}"), "1:+z"], words);
        Assert.False(run.Task.IsCompleted);
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

    [Fact]
    public async Task Client_GoneWhenItIsToldThatAStreamIsOver_LeavesNoStreamBehind()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer { Breaks = message => message is StreamMessage.Ended };
        await using (var run = Run(fixture, peer, services))
        {
            peer.Say(Open(1));
            peer.Say(Open(2));
            peer.Say(new StreamCommand.Close(1));
            await run.Task.Within();
        }

        Assert.Equal((0, 0), (services.Figures.Connections, services.Figures.Streams));
    }

    [Fact]
    public async Task Client_GoneWhenAllIsOver_LeavesNoStreamBehind()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer { Breaks = message => message is StreamMessage.Ended };
        await using (var run = Run(fixture, peer, services))
        {
            peer.Say(Open(1));
            peer.Say(Open(2));
            await peer.ToAsync("2:opened");
            await fixture.Catalog.DropAsync("shop", CancellationToken.None);
            await run.Task.Within();
        }

        Assert.Equal((0, 0), (services.Figures.Connections, services.Figures.Streams));
    }

    [Fact]
    public async Task Client_ThatNeverCeasesToAsk_StillGetsItsStreams()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync("a");
        var peer = new FakePeer { Pesters = true };
        await using var run = Run(fixture, peer, 0);

        peer.Say(Open(1));
        peer.Say(new StreamCommand.Control(settings => settings));

        await peer.ToAsync("1:+a").Within();
    }

    [Fact]
    public async Task Client_ThatNeverCeasesToAsk_IsToldThatAllIsOver()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var peer = new FakePeer { Pesters = true };
        await using var run = Run(fixture, peer, 0);
        peer.Say(new StreamCommand.Control(settings => settings));
        await peer.ToAsync("settings");

        await fixture.Catalog.DropAsync("shop", CancellationToken.None);

        Assert.Equal(ErrorCode.DatabaseDropped, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
    }

    [Fact]
    public async Task Window_ThatStaysFull_IsOnePauseWhateverWakesTheConnection()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Twenty);
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, services, 1024);
        peer.Say(Open(1));
        await peer.ToAsync("1:+o");

        for (var i = 0; i < 5; i++)
        {
            peer.Say(new StreamCommand.Control(settings => settings));
            await peer.ToAsync("settings");
        }

        peer.Say(new StreamCommand.BufferAck(100_000));
        await peer.ToAsync("1:+t");
        Assert.Equal(1, services.Figures.Pauses);
    }

    [Fact]
    public async Task Client_ThatHasClosedItsSide_IsSentMoreThanItsWindow()
    {
        await using var fixture = await FeedFixture.StartAsync();
        await fixture.PutAsync(Twenty);
        var peer = new FakePeer();
        await using var run = Run(fixture, peer, 1024);

        peer.Say(Open(1, flags: StreamFlags.ToLatest));
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
        await using var run = Run(fixture, peer, 0);

        for (var i = 0U; i < 5; i++) peer.Say(Open(i, flags: StreamFlags.ToLatest));
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
        await using var run = Run(fixture, peer, 0);

        peer.Say(Open(1, flags: StreamFlags.ToLatest));
        peer.HangUp();
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
        await using var run = Run(fixture, peer, 0);
        peer.Say(Open(1));

        run.Connection.End(new EngineException(ErrorCode.ConnectionReplaced, "Another one."));
        Assert.False(run.Task.IsCompleted);
        pause.SetResult();

        Assert.Equal(ErrorCode.ConnectionReplaced, (await Assert.ThrowsAsync<EngineException>(() => run.Task.Within())).Code);
    }

    [Fact]
    public async Task End_ClientTakesNothingAndSaysMuch_IsCutOff()
    {
        await using var fixture = await FeedFixture.StartAsync();
        var services = new StreamServices(fixture.Services, 10, 10);
        var peer = new FakePeer { Hold = new TaskCompletionSource().Task };
        await using var run = Run(fixture, peer, services);
        peer.Say(Open(1));

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

    // Opens a stream of each partition, until the window is full too; returns what is out.
    private static async Task<int> OpenAllAsync(FakePeer peer)
    {
        for (var p = 0; p < Partitions; p++) peer.Say(Open((uint)p, p));
        var outstanding = 0;
        for (var opened = 0; opened < Partitions || outstanding < 1024;)
        {
            var message = await peer.NextMessageAsync();
            if (message[0].EndsWith(":opened", StringComparison.Ordinal)) opened++;
            else outstanding += FakePeer.BytesOf(message);
        }

        return outstanding;
    }

    private static long ReadPages(FeedFixture fixture) => fixture.Shop.Feed.Figures.TailReads + fixture.Shop.Feed.Figures.StoreReads;

    private static StreamCommand.Open Open(uint id, int partition = 0, Func<IChangeView>? filter = null, StreamFlags flags = StreamFlags.None) =>
        new(new StreamRequest { Id = id, Partition = partition, Start = Position.Beginning(partition), Filter = filter, Flags = flags });

    private static ConnectionRun Run(FeedFixture fixture, FakePeer peer, long window) =>
        Run(fixture, peer, new StreamServices(fixture.Services, 10, Partitions), window);

    private static ConnectionRun Run(FeedFixture fixture, FakePeer peer, StreamServices services, long window = 0) =>
        new(new StreamConnection(fixture.Shop.Feed, peer, new ConnectionSettings { BufferBytes = window }, services));

    /// <summary>A connection that runs until it is disposed.</summary>
    private sealed class ConnectionRun : IAsyncDisposable
    {
        private readonly CancellationTokenSource _gone = new();

        public ConnectionRun(StreamConnection connection)
        {
            Connection = connection;
            Task = connection.RunAsync(_gone.Token);
        }

        public StreamConnection Connection { get; }

        public Task Task { get; }

        public async ValueTask DisposeAsync()
        {
            await _gone.CancelAsync();
            await Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Within();
            Connection.Dispose();
            _gone.Dispose();
        }
    }
}
