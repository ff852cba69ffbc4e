using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Client.Tests.Working;

/// <summary>Connections that end, and those that are made after them.</summary>
public sealed class ReconnectTests
{
    private static readonly SubscriptionsException Failure = Faults.EndedWithoutReason(new Uri("http://127.0.0.1:1"));

    [Theory]
    [InlineData(nameof(ScriptedCall.Fail))]
    [InlineData(nameof(ScriptedCall.Abort))]
    [InlineData(nameof(ScriptedCall.CutConnection))]
    [InlineData(nameof(ScriptedCall.Complete))]
    public async Task Connection_EndsWithoutAReason_IsMadeAgain(string how)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync(Wire.Opened(fencingToken: 1));
        await reader.EventAsync<WorkerEvent.Connected>();

        EndBy(how, call);

        var disconnected = await reader.EventAsync<WorkerEvent.Disconnected>();
        Assert.True(disconnected.Cause.IsRetryable, disconnected.Cause.ToString());
        Assert.Equal(TimeSpan.Zero, disconnected.RetryIn);
        var second = await server.AcceptOpenAsync(Wire.Opened(fencingToken: 2));
        await second.SendBatchAsync(1, "a");
        Assert.Equal(2, (await reader.NextAsync()).FencingToken);
    }

    [Theory]
    [InlineData(nameof(ScriptedCall.Abort))]
    [InlineData(nameof(ScriptedCall.Complete))]
    public async Task Batch_CutShortByTheEnd_ComesWholeOnTheNextConnection(string how)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read();
        _ = reader.Move();
        var call = await server.AcceptOpenAsync();
        await call.SendAsync(Wire.Chunk(1, last: false, Wire.Item("a")));
        EndBy(how, call);

        var second = await server.AcceptOpenAsync();
        await second.SendBatchAsync(1, "a", "b");

        Assert.Equal(["a", "b"], (await reader.NextAsync()).Items.Select(i => i.Id));
    }

    [Fact]
    public async Task Pauses_NoAnswer_GrowUntilAMessageComes()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(random: new FixedRandom(0.01));
        _ = reader.Move();
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            var call = await server.AcceptAsync();
            if (attempt == 4)
            {
                await call.OpenAsync();
                await reader.EventAsync<WorkerEvent.Connected>();
            }

            call.Fail(Wire.Bare(StatusCode.Unavailable));
            pauses.Add((await reader.EventAsync<WorkerEvent.Disconnected>()).RetryIn!.Value.TotalMilliseconds);
        }

        // A hundredth of the bounds of 250, 500 and 1000 ms.
        Assert.Equal([2.5, 5, 10, 2.5, 2.5, 5], pauses);
    }

    [Fact]
    public void Pauses_ManyAttempts_StayBelowTheLongest()
    {
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan, new FakeTimeProvider(), new FixedRandom(1));
        var pauses = new List<double>();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            policy.Attempting();
            pauses.Add(policy.Failed(Failure, wasAnswered: false)!.Value.TotalSeconds);
        }

        Assert.Equal([0.25, 0.5, 1, 2, 3], pauses.Take(5));
        Assert.All(pauses.Skip(5), p => Assert.Equal(3, p));
    }

    [Fact]
    public void ErroneousPeriod_NearlyOver_LastAttemptIsMadeAtItsEnd()
    {
        var time = new FakeTimeProvider();
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), time, new FixedRandom(1));
        policy.Attempting();
        Assert.Equal(0.25, policy.Failed(Failure, wasAnswered: false)!.Value.TotalSeconds);
        time.Advance(TimeSpan.FromSeconds(0.75));
        policy.Attempting();
        Assert.Equal(0.25, policy.Failed(Failure, wasAnswered: false)!.Value.TotalSeconds);
        time.Advance(TimeSpan.FromSeconds(0.25));
        policy.Attempting();

        Assert.Null(policy.Failed(Failure, wasAnswered: false));
        Assert.Equal((3, TimeSpan.FromSeconds(1)), (policy.Attempts, policy.Period));
    }

    [Fact]
    public void RecentFailures_ManyAttempts_AreTheLatestTenSinceAnAnswer()
    {
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan, new FakeTimeProvider(), new FixedRandom(1));
        var failures = Enumerable.Range(0, 12).Select(i => Faults.Silent(new Uri("http://127.0.0.1:1"), TimeSpan.FromSeconds(i))).ToArray();

        foreach (var failure in failures) policy.Failed(failure, wasAnswered: false);
        var before = policy.RecentFailures;
        policy.Failed(Failure, wasAnswered: true);

        Assert.Equal(failures[2..], before);
        Assert.Equal([Failure], policy.RecentFailures);
    }

    [Fact]
    public void ErroneousPeriod_AnswerInBetween_BeginsAnew()
    {
        var time = new FakeTimeProvider();
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), time, new FixedRandom(1));
        policy.Attempting();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(policy.Failed(Failure, wasAnswered: true));
        time.Advance(TimeSpan.FromMinutes(1));
        policy.Attempting();
        Assert.NotNull(policy.Failed(Failure, wasAnswered: false));
    }

    [Fact]
    public async Task ErroneousPeriod_Over_GivesUpWithTheRootCause()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(o => o.MaxErroneousPeriod = TimeSpan.FromSeconds(1), random: new FixedRandom(0.1));
        var moving = reader.Move();
        _ = RefuseAsync(server);

        var failure = await reader.FailsAsync<WorkerGaveUpException>();

        Assert.True(moving.IsFaulted);
        Assert.Contains("'shop/ship'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MaxErroneousPeriod is 00:00:01", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Attempts > 1, $"{failure.Attempts} attempts");
        Assert.True(failure.Period >= TimeSpan.FromSeconds(1), $"{failure.Period}");
        Assert.False(failure.IsRetryable);
        Assert.Equal(Math.Min(failure.Attempts, 10), failure.RecentFailures.Count);
        Assert.Same(failure.InnerException, failure.RecentFailures[^1]);
        var cause = Assert.IsType<ServerUnavailableException>(failure.InnerException);
        Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(cause.InnerException).StatusCode);

        static async Task RefuseAsync(ScriptedServer server)
        {
            while (true)
            {
                (await server.AcceptAsync()).Fail(Wire.Bare(StatusCode.Unavailable, "the disk is full"));
            }
        }
    }

    [Fact]
    public async Task ErroneousPeriod_ZeroAndNobodyListens_GivesUpAtOnceAndSaysWhere()
    {
        var address = UnusedAddress();
        await using var reader = new WorkerReader(new SubscriptionsClient(address), o => o.MaxErroneousPeriod = TimeSpan.Zero);

        var failure = await reader.FailsAsync<WorkerGaveUpException>();

        Assert.Equal(1, failure.Attempts);
        Assert.IsType<ServerUnavailableException>(failure.InnerException);
        Assert.Contains(address.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_DuringAPause_EndsTheEnumeration()
    {
        await using var server = await ScriptedServer.StartAsync();

        // The clock stands still: the pause never ends by itself.
        await using var reader = server.Read(time: new FakeTimeProvider(), random: new FixedRandom(1));
        _ = reader.Move();
        (await server.AcceptAsync()).Fail(Wire.Bare(StatusCode.Unavailable));
        await reader.EventAsync<WorkerEvent.Disconnected>();

        await reader.Worker.DisposeAsync().Within();

        await reader.EndsAsync();
        server.AssertNoFurtherCall();
    }

    [Fact]
    public async Task Cancel_DuringAPause_EndsTheEnumerationWithIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var reader = server.Read(time: new FakeTimeProvider(), random: new FixedRandom(1));
        _ = reader.Move();
        (await server.AcceptAsync()).Fail(Wire.Bare(StatusCode.Unavailable));
        await reader.EventAsync<WorkerEvent.Disconnected>();

        reader.Cancel();

        await reader.FailsAsync<TaskCanceledException>();
    }

    private static void EndBy(string how, ScriptedCall call)
    {
        switch (how)
        {
            case nameof(ScriptedCall.Fail):
                call.Fail(Wire.Bare(StatusCode.Unavailable));
                break;
            case nameof(ScriptedCall.Abort):
                call.Abort();
                break;
            case nameof(ScriptedCall.CutConnection):
                call.CutConnection();
                break;
            default:
                call.Complete();
                break;
        }
    }

    private static Uri UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
