using Subscriptions.Client;
using Subscriptions.EndToEnd.Tests.Cli;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>Many workers wait for one subscription, over gRPC, each on a connection of its own.</summary>
public sealed class WaitingQueueTests(CliServer server) : IClassFixture<CliServer>
{
    private const int Count = 50;

    [Fact]
    public async Task Wait_FiftyWorkers_AreServedInOrderOfComingEachByTheReleaseBeforeIt()
    {
        var database = await server.CreateSubscriptionAsync("ship", orders: 0);
        await using var holder = new TestWorker(server.Address, database, "holder", OpeningStrategy.Fail);
        await holder.HearAsync<WorkerEvent.Connected>();
        var queue = new List<TestWorker>();
        try
        {
            for (var place = 1; place <= Count; place++)
            {
                queue.Add(new TestWorker(server.Address, database, $"w{place}", OpeningStrategy.Wait));
                Assert.Equal(place, (await queue[^1].HearAsync<WorkerEvent.Waiting>()).PlaceInQueue);
            }

            await holder.LeaveAsync();
            for (var served = 0; served < Count; served++)
            {
                Assert.Equal(served + 2, (await HearConnectedAsync(queue[served], served)).FencingToken);
                Assert.All(queue.Skip(served + 1), worker => Assert.False(worker.WasServed));
                await queue[served].LeaveAsync();
            }
        }
        finally
        {
            foreach (var worker in queue) await worker.DisposeAsync();
        }

        await AssertNobodyAskedTwiceAsync(database);
    }

    // Between its coming and its turn a worker hears only that it is one place better, each time that somebody before it was served.
    private static async Task<WorkerEvent.Connected> HearConnectedAsync(TestWorker worker, int servedBefore)
    {
        for (var place = servedBefore; place > 0; place--)
            Assert.Equal(place, Assert.IsType<WorkerEvent.Waiting>(await worker.HearAsync<WorkerEvent>()).PlaceInQueue);
        return Assert.IsType<WorkerEvent.Connected>(await worker.HearAsync<WorkerEvent>());
    }

    private async Task AssertNobodyAskedTwiceAsync(string database)
    {
        await using var client = new SubscriptionsClient(server.Address);
        var snapshot = await client.Monitoring.GetFiguresAsync(database, "ship", TestContext.Current.CancellationToken).Within();
        Assert.Equal(Count + 1, snapshot.Connections.Max(connection => connection.Id));
        Assert.All(snapshot.Connections, connection => Assert.Equal(ConnectionState.Finished, connection.State));
    }
}
