using Google.Protobuf.WellKnownTypes;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>Heartbeats both ways, and what happens without them. The clock goes on only when told to.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Heartbeats_HandlerStuck_GoOut()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        var call = await OpenAsync(server, reader);
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Heartbeat);
            Assert.Equal(0, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
        }

        Assert.False(batch.IsSettled);
        Assert.False(batch.LeaseLost.IsCancellationRequested);
    }

    [Fact]
    public async Task AckTimeout_HandlerRuns_HeartbeatsNameTheBatchForAsLongAsItIsExtended()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.ExtendBatchesFor = TimeSpan.FromSeconds(3), time: _time);
        var call = await OpenAsync(server, reader, ackTimeout: TimeSpan.FromSeconds(3));
        await call.SendBatchAsync(1, "a");
        await reader.NextAsync();

        // Three times in the ack timeout, and not after three seconds.
        foreach (var expected in new[] { 1, 1, 0, 0 })
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(expected, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
        }
    }

    [Fact]
    public async Task AckTimeout_ExtensionIsOff_HeartbeatsNameNothing()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.ExtendBatchesFor = TimeSpan.Zero, time: _time);
        var call = await OpenAsync(server, reader, ackTimeout: TimeSpan.FromSeconds(3));
        await call.SendBatchAsync(1, "a");
        await reader.NextAsync();

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
    }

    [Fact]
    public async Task AckTimeout_SeveralBatchesOpen_AllButTheAckedAreExtended()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Window = 3, time: _time);
        var call = await OpenAsync(server, reader, ackTimeout: TimeSpan.FromSeconds(3));
        var batches = new List<SubscriptionBatch>();
        for (var number = 1; number <= 3; number++)
        {
            await call.SendBatchAsync(number, "a");
            batches.Add(await reader.NextAsync());
        }

        _ = batches[0].AckAsync(TestContext.Current.CancellationToken);
        _ = batches[2].AckAsync(TestContext.Current.CancellationToken);
        await call.ReceiveAckAsync(1);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
        Assert.Equal(3, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
    }

    [Fact]
    public async Task Extend_Batch_IsAHeartbeatThatNamesIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        var call = await OpenAsync(server, reader);
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();

        await batch.ExtendAsync(TestContext.Current.CancellationToken).Within();

        Assert.Equal(1, (await call.ReceiveHeartbeatAsync()).BatchInProgress);
    }

    [Fact]
    public async Task Silence_LongerThanTheServersLimit_ConnectsAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        await OpenAsync(server, reader);

        _time.Advance(Silence);

        var disconnected = await reader.EventAsync<WorkerEvent.Disconnected>();
        Assert.IsType<ServerUnavailableException>(disconnected.Cause);
        Assert.Equal($"Nothing was heard from the server at {server.Address} for 00:00:10.", disconnected.Cause.Message);
        var second = await server.AcceptOpenAsync(Wire.Opened(fencingToken: 8));
        await second.SendBatchAsync(1, "a");
        Assert.Equal(8, (await reader.NextAsync()).FencingToken);
    }

    [Fact]
    public async Task Silence_WithABatchInHand_CancelsItsLease()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        var call = await OpenAsync(server, reader);
        await call.SendBatchAsync(1, "a");
        var batch = await reader.NextAsync();
        var lost = new TaskCompletionSource();
        await using var registration = batch.LeaseLost.Register(lost.SetResult);

        _time.Advance(Silence);

        await lost.Task.Within();
        await call.Left.Within();
    }

    [Fact]
    public async Task Silence_BrokenByHeartbeats_IsNone()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        var call = await OpenAsync(server, reader);

        for (var lag = 1; lag <= 3; lag++)
        {
            _time.Advance(Silence - TimeSpan.FromSeconds(1));
            await call.SendAsync(new WorkResponse { Heartbeat = new ServerHeartbeat { Lag = lag } });
            Assert.Equal(lag, (await reader.EventAsync<WorkerEvent.Heartbeat>()).Lag);
        }

        await call.SendBatchAsync(1, "a");
        Assert.Equal(1, (await reader.NextAsync()).BatchId);
        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task Silence_BeforeOpened_IsLimitedByTheDefault()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: _time);
        _ = reader.Move();
        var call = await server.AcceptAsync();
        await call.ReceiveAsync();

        _time.Advance(TimeSpan.FromSeconds(30));

        var disconnected = await reader.EventAsync<WorkerEvent.Disconnected>();
        Assert.Contains("for 00:00:30", disconnected.Cause.Message, StringComparison.Ordinal);
        Assert.NotNull(disconnected.RetryIn);
    }

    [Fact]
    public async Task Silence_InTheQueue_IsNoneUntilTheServerSendsHeartbeats()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.Strategy = OpeningStrategy.Wait, _time);
        _ = reader.Move();
        var call = await server.AcceptAsync();
        await call.ReceiveAsync();
        await call.SendAsync(new WorkResponse { Waiting = new WorkWaiting { PlaceInQueue = 1 } });
        await reader.EventAsync<WorkerEvent.Waiting>();

        _time.Advance(TimeSpan.FromHours(5));
        await call.SendAsync(new WorkResponse { Heartbeat = new ServerHeartbeat() });
        await reader.EventAsync<WorkerEvent.Heartbeat>();
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.IsType<ServerUnavailableException>((await reader.EventAsync<WorkerEvent.Disconnected>()).Cause);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData(-1.0, 10)]
    [InlineData(0.0, 10)]
    [InlineData(0.001, 0.01)]
    [InlineData(2.5, 2.5)]
    [InlineData(1e9, 3600)]
    public void Interval_FromTheServer_IsTakenWithinBounds(double? named, double taken)
    {
        var duration = named is { } seconds
            ? new Google.Protobuf.WellKnownTypes.Duration { Seconds = (long)seconds, Nanos = (int)(seconds % 1 * 1e9) }
            : null;

        Assert.Equal(TimeSpan.FromSeconds(taken), WorkerLimits.Interval(duration, TimeSpan.FromSeconds(10)));
    }

    private static async Task<ScriptedCall> OpenAsync(ScriptedServer server, WorkerReader reader, TimeSpan? ackTimeout = null)
    {
        _ = reader.Move();
        var opened = Wire.Opened(heartbeat: Heartbeat, silence: Silence);
        opened.Definition = new V1.SubscriptionDefinition { AckTimeout = ackTimeout?.ToDuration() };
        var call = await server.AcceptOpenAsync(opened);
        await reader.EventAsync<WorkerEvent.Connected>();
        return call;
    }
}
