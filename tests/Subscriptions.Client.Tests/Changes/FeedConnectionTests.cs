using Grpc.Net.Client;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit.Time;
using Xunit;

namespace Subscriptions.Client.Tests.Changes;

public sealed class FeedConnectionTests
{
    [Fact]
    public async Task Dispose_AsSilenceIsNoticed_IsNoFaultOfTheTimers()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var clock = new FakeTimeProvider();
        var time = new WatchedTime(clock);
        using var connection = new FeedConnection(
            new V1.ChangeService.ChangeServiceClient(channel), server.Address, new V1.WatchChangesRequest(), TimeSpan.FromSeconds(30), time, CancellationToken.None);
        var next = connection.NextAsync(CancellationToken.None);
        await server.AcceptFeedAsync();

        // Its timer has fired, and looks at the clock, when the connection is disposed of elsewhere.
        time.OnTimestamp = connection.Dispose;
        clock.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAnyAsync<Exception>(() => next);
    }

    /// <summary>A clock that tells when somebody looks at it.</summary>
    private sealed class WatchedTime(FakeTimeProvider clock) : TimeProvider
    {
        public Action? OnTimestamp { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp()
        {
            var now = clock.GetTimestamp();
            OnTimestamp?.Invoke();
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
