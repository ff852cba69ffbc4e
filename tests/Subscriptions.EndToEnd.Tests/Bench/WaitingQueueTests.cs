using Subscriptions.Cli.Benchmarking;
using Subscriptions.Cli.Benchmarking.Transport;
using Subscriptions.Cli.Hosting;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary>The measuring queue: what it does not let pass.</summary>
public sealed class WaitingQueueTests
{
    [Fact]
    public async Task ServeAsync_ServerThatLetsEverybodyIn_Fails()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await TransportServer.StartAsync(new PreparedBatches(new SampleDocuments(200), 1), cancellation);
        using var queue = new WaitingQueue(server.Address, "db", "s", workers: 2, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => queue.ServeAsync(cancellation).Within());

        Assert.Equal("the place in the queue: 1 expected, 0 seen", failure.Message);
    }

    [Fact]
    public void CheckOrder_TokensThatFollowEachOther_AreFine() => WaitingQueue.CheckOrder([7, 8, 9]);

    [Fact]
    public void CheckOrder_TheLastCameFirst_Fails()
    {
        var failure = Assert.Throws<CommandFailedException>(() => WaitingQueue.CheckOrder([7, 9, 8]));

        Assert.Equal("the fencing token of the worker that waited as number 1: 8 expected, 9 seen", failure.Message);
    }
}
