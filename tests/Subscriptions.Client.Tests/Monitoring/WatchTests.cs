using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Subscriptions.Client.Tests.Scripted;
using Subscriptions.TestKit;
using Subscriptions.V1;
using Xunit;

namespace Subscriptions.Client.Tests.Monitoring;

/// <summary>A subscription live.</summary>
public sealed class WatchTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_Events_ComeInOrderEachAsItsKind()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Tell(Event(e => e.Snapshot = new V1.SubscriptionSnapshot { Figures = FiguresTests.Figures() }));
        server.Tell(Event(e => e.Figures = FiguresTests.Figures()));
        server.Tell(Event(e => e.Connection = FiguresTests.Connection()));
        server.Tell(Event(e => e.Batch = FiguresTests.Batch()));
        server.Tell(Event(e => e.ItemFailure = new ItemFailure { Id = "orders/1", WorkerName = "w", Reason = "no stamps", Fate = V1.ItemFate.DeadLettered }));
        server.Tell(Event(e => e.CursorMove = new CursorMove { ChangeVector = "p0:8-1" }));
        server.Tell(Event(e => e.Missed = new MissedEvents { Count = 3 }));
        server.EndWatch();

        var events = await ToListAsync(client);

        Assert.Equal(new WatchSubscriptionRequest { Database = "shop", Subscription = "ship" }, Assert.Single(server.Answers.Requests));
        Assert.All(events, e => Assert.Equal(At, e.At));
        Assert.Collection(
            events,
            e => Assert.Equal(12, Assert.IsType<SubscriptionWatchEvent.Snapshot>(e).State.Figures.Lag),
            e => Assert.Equal(4, Assert.IsType<SubscriptionWatchEvent.Figures>(e).State.RetryCount),
            e => Assert.Equal(ConnectionState.Closed, Assert.IsType<SubscriptionWatchEvent.Connection>(e).State.State),
            e => Assert.Equal("no stamps", Assert.IsType<SubscriptionWatchEvent.Batch>(e).State.NackReason),
            e => Assert.Equal(new SubscriptionWatchEvent.ItemFailed(At, "orders/1", "w", "no stamps", ItemFate.DeadLettered), e),
            e => Assert.Equal(new SubscriptionWatchEvent.CursorMoved(At, "p0:8-1"), e),
            e => Assert.Equal(new SubscriptionWatchEvent.Missed(At, 3), e));
    }

    [Fact]
    public async Task Watch_KindThatThisLibraryDoesNotKnow_IsPassedOver()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Tell(Event(_ => { }));
        server.Tell(Event(e => e.ItemFailure = new ItemFailure { Id = "orders/1", Fate = (V1.ItemFate)99 }));
        server.EndWatch();

        var failed = Assert.IsType<SubscriptionWatchEvent.ItemFailed>(Assert.Single(await ToListAsync(client)));

        Assert.Equal(("orders/1", ItemFate.Unknown), (failed.Id, failed.Fate));
    }

    [Theory]
    [InlineData("SUBSCRIPTION_NOT_FOUND", StatusCode.NotFound, typeof(SubscriptionNotFoundException))]
    [InlineData("SHUTTING_DOWN", StatusCode.Unavailable, typeof(ServerUnavailableException))]
    [InlineData("LIMIT_EXCEEDED", StatusCode.ResourceExhausted, typeof(LimitExceededException))]
    public async Task Watch_ServerEndsIt_ThrowsWhyBehindWhatCameBefore(string reason, StatusCode status, System.Type expected)
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Tell(Event(e => e.CursorMove = new CursorMove()));
        server.EndWatch(Wire.Error(reason, status));
        await using var events = client.Monitoring.WatchAsync("shop", "ship", Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.True(await events.MoveNextAsync().AsTask().Within());
        var failure = await Assert.ThrowsAnyAsync<SubscriptionsException>(() => events.MoveNextAsync().AsTask().Within());

        Assert.IsType(expected, failure);
    }

    [Fact]
    public async Task Watch_Cancelled_EndsTheCallAndSaysWhoseTokenItWas()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        using var stop = new CancellationTokenSource();
        server.Tell(Event(e => e.CursorMove = new CursorMove()));
        await using var events = client.Monitoring.WatchAsync("shop", "ship", stop.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await events.MoveNextAsync().AsTask().Within());
        var next = events.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Within());
        Assert.Equal(stop.Token, e.CancellationToken);
        await server.WatchLeft.Within();
    }

    [Fact]
    public async Task Watch_ReaderStops_EndsTheCall()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        server.Tell(Event(e => e.CursorMove = new CursorMove()));

        await foreach (var _ in client.Monitoring.WatchAsync("shop", "ship", Cancelled)) break;

        await server.WatchLeft.Within();
    }

    [Fact]
    public async Task Watch_CancelledBefore_AsksNobody()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var client = server.Connect();
        await using var events = client.Monitoring.WatchAsync("shop", "ship", new CancellationToken(canceled: true)).GetAsyncEnumerator(Cancelled);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => events.MoveNextAsync().AsTask().Within());

        Assert.Empty(server.Answers.Requests);
    }

    private static WatchSubscriptionResponse Event(Action<WatchSubscriptionResponse> what)
    {
        var response = new WatchSubscriptionResponse { At = At.ToTimestamp() };
        what(response);
        return response;
    }

    private static async Task<List<SubscriptionWatchEvent>> ToListAsync(SubscriptionsClient client)
    {
        var events = new List<SubscriptionWatchEvent>();
        await foreach (var e in client.Monitoring.WatchAsync("shop", "ship", Cancelled)) events.Add(e);
        return events;
    }
}
