using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;
using static Subscriptions.Client.Tests.Scripted.StreamWire;

namespace Subscriptions.Client.Tests.Streams;

public sealed class FlowControlTests
{
    [Fact]
    public async Task Handled_MoreThanAFifthOfTheWindow_IsAckedAtOnce()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.BufferBytes = 1024, time: new FakeTimeProvider());
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 1));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 2));

        // 10 + 100 + 100 are more than 204.
        Assert.Equal(210, await connection.ReceiveAckAsync());
    }

    [Fact]
    public async Task Handled_LittleOfTheWindow_IsAckedAfterASecond()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, time: time);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 1));
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 10));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 1", "snapshot 0..10");
        connection.AssertNoAck();

        time.Advance(TimeSpan.FromSeconds(1));

        // What the last call is about may become free a moment later.
        Assert.InRange(await connection.ReceiveAckAsync(), 110, 120);
    }

    [Fact]
    public async Task Handled_OneMessageLargerThanTheWindow_IsAckedWhole()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.BufferBytes = 1024, time: new FakeTimeProvider());
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        var large = Rows(stream.StreamId, 0, 9, 1);
        large.BufferBytes = 5_000_000;
        await connection.SendAsync(large);

        Assert.Equal(5_000_010, await connection.ReceiveAckAsync());
    }

    [Fact]
    public async Task NotHandled_HandlerAtWork_IsNotAcked()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { Before = (_, _) => release.Task };
        await using var run = new ConsumerRun(server, o => o.BufferBytes = 1024, time, handler);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        for (var seqno = 1; seqno <= 9; seqno++) await connection.SendAsync(Rows(stream.StreamId, 0, 9, seqno));
        await connection.SendAsync(new ConnectResponse { Noop = new Noop() });

        // Whoever answers this has read all before it.
        await connection.ReceiveNoopReplyAsync();
        connection.AssertNoAck();
        release.SetResult();

        Assert.True(await connection.ReceiveAckAsync() > 204);
    }

    [Fact]
    public async Task Read_MessagesOfAStreamThatIsNotOpen_AreAcked()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, o => o.BufferBytes = 1024);
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        var stray = Rows(stream.StreamId + 7, 0, 9, 1);
        stray.BufferBytes = 900;
        await connection.SendAsync(stray);

        Assert.Equal(900, await connection.ReceiveAckAsync());
        Assert.Empty(run.Handler.Applied);
    }

    [Fact]
    public async Task Noop_WithSeqnos_TellsTheLag()
    {
        await using var server = await ScriptedServer.StartAsync();
        var told = new TaskCompletionSource<PartitionConsumerEvent.Heartbeat>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var run = new ConsumerRun(server, o => o.OnEvent = e =>
        {
            if (e is PartitionConsumerEvent.Heartbeat heartbeat) told.TrySetResult(heartbeat);
        });
        var connection = await server.AcceptOpenConnectionAsync();
        var stream = await connection.AcceptStreamAsync();
        await connection.SendAsync(Snapshot(stream.StreamId, 0, 9));
        await connection.SendAsync(Rows(stream.StreamId, 0, 9, 4));
        await connection.SendAsync(Advanced(stream.StreamId, 0, 9, 9));
        await run.Handler.SawAsync("opened 0", "snapshot 0..9", "changes 4", "advanced 9");
        await connection.SendAsync(new ConnectResponse { Noop = new Noop { HighSeqnos = { new V1.PartitionSeqno { Seqno = 20 } } } });

        var heartbeat = await told.Task.Within();

        // The last call's place may count a moment later.
        Assert.Equal(20, heartbeat.HighSeqno);
        Assert.InRange(heartbeat.Lag, 11, 16);
    }

    [Fact]
    public async Task Silence_ThreeNoopIntervals_ConnectsAgain()
    {
        var time = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartAsync();
        await using var run = new ConsumerRun(server, time: time);
        var connection = await server.AcceptOpenConnectionAsync();
        await connection.AcceptStreamAsync();
        await run.Handler.SawAsync("opened 0");

        time.Advance(TimeSpan.FromSeconds(61));

        await (await server.AcceptOpenConnectionAsync()).AcceptStreamAsync();
        await run.Handler.SawAsync("opened 0");
    }
}
