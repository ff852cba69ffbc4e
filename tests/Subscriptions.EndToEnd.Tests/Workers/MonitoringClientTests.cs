using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>What the .NET client shows of a subscription while somebody works on it.</summary>
public sealed class MonitoringClientTests(CliServer server) : IClassFixture<CliServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetFigures_WhileABatchIsOut_TellsWhoHasItAndHowFarBehindTheyAre()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 2);
        await using var client = new SubscriptionsClient(server.Address);
        await using var worker = new TestWorker(server.Address, database, "packer", OpeningStrategy.Fail);
        await worker.AckNextAsync();
        var inHand = await worker.NextAsync();

        var snapshot = await client.Monitoring.GetFiguresAsync(database, "ship", Cancellation).Within();

        var figures = snapshot.Figures;
        Assert.Equal((1, 1, 1), (figures.Lag, figures.BatchesInFlight, figures.ItemsInFlight));
        Assert.Equal((2, 2, 1), (figures.Counts.Batches, figures.Counts.Items, figures.Counts.Acks));
        Assert.NotNull(figures.LastAckAt);
        var connection = Assert.Single(figures.Workers);
        Assert.Equal(("packer", ConnectionState.Active, inHand.FencingToken), (connection.Worker.Name, connection.State, connection.Worker.FencingToken));
        Assert.Equal(connection.Id, Assert.Single(snapshot.Connections).Id);
        Assert.Equal([BatchState.Confirmed, BatchState.Sent], snapshot.Batches.Select(b => b.State == BatchState.Sending ? BatchState.Sent : b.State));
    }

    [Fact]
    public async Task Watch_FromConnectToDeadLetter_TellsAllOfIt()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 1);
        await using var client = new SubscriptionsClient(server.Address);
        var policy = new SubscriptionUpdate { RetryPolicy = new RetryPolicy { MaxAttempts = 1 } };
        await client.Subscriptions.UpdateAsync(database, "ship", policy, cancellationToken: Cancellation).Within();
        await using var events = client.Monitoring.WatchAsync(database, "ship", Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.Empty((await NextAsync<SubscriptionWatchEvent.Snapshot>(events, _ => true)).State.Connections);

        await using (var worker = new TestWorker(server.Address, database, "packer", OpeningStrategy.Fail))
        {
            var batch = await worker.NextAsync();
            await batch.NackItemAsync(batch.Items[0], "no stamps", cancellationToken: Cancellation).Within();
            await batch.AckAsync(Cancellation).Within();
        }

        // What happens in quick succession is told as it stands in the end, so not every state is seen.
        var failed = await NextAsync<SubscriptionWatchEvent.ItemFailed>(events, _ => true);
        Assert.Equal(("orders/1", "packer", "no stamps", ItemFate.DeadLettered), (failed.Id, failed.WorkerName, failed.Reason, failed.Fate));
        var figures = await NextAsync<SubscriptionWatchEvent.Figures>(events, e => e.State.DeadLetterCount == 1 && e.State.Workers.Count == 0);
        Assert.Equal((0, 1), (figures.State.Lag, figures.State.Counts.DeadLettered));

        await client.Subscriptions.DeleteAsync(database, "ship", Cancellation).Within();
        await Assert.ThrowsAsync<SubscriptionNotFoundException>(() => NextAsync<SubscriptionWatchEvent.Snapshot>(events, _ => true));
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<SubscriptionWatchEvent> events, Func<T, bool> isWanted)
        where T : SubscriptionWatchEvent
    {
        while (true)
        {
            Assert.True(await events.MoveNextAsync().AsTask().Within(), "The view has ended.");
            if (events.Current is T happening && isWanted(happening)) return happening;
        }
    }
}
