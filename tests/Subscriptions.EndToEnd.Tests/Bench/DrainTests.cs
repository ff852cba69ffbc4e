using Grpc.Net.Client;
using Subscriptions.Cli.Benchmarking;
using Subscriptions.Cli.Benchmarking.Transport;
using Subscriptions.Cli.Hosting;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Bench;

/// <summary>The measuring worker, against a server whose deliveries are known: three batches of the same ten documents.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private const int Batches = 3;
    private const int BatchSize = 10;

    private TransportServer _server = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TransportServer.StartAsync(new PreparedBatches(new SampleDocuments(200), Batches), TestContext.Current.CancellationToken);
        _channel = BenchChannel.Open(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task RunAsync_AllThatWasExpected_IsConfirmedOnce()
    {
        var confirmations = 0;

        await Drain(isComplete: false).RunAsync("db", "s", Batches * BatchSize, () => confirmations++, TestContext.Current.CancellationToken).Within();

        Assert.Equal(1, confirmations);
    }

    [Fact]
    public async Task RunAsync_DocumentsThatAreNotTheNextOnes_Fails()
    {
        var failure = await FailureAsync(isComplete: true, Batches * BatchSize);

        Assert.Equal("the next seqno of 's': 1 expected, 100001 seen", failure.Message);
    }

    [Fact]
    public async Task RunAsync_AnotherNumberOfDocuments_Fails()
    {
        var failure = await FailureAsync(isComplete: false, BatchSize + 1);

        Assert.Equal("confirmed documents of 's': 11 expected, 20 seen", failure.Message);
    }

    [Fact]
    public async Task RunAsync_MoreThanThereIs_Fails()
    {
        var failure = await FailureAsync(isComplete: false, BatchSize);

        Assert.Equal("'s' delivered more than there is", failure.Message);
    }

    private Task<CommandFailedException> FailureAsync(bool isComplete, long documents) => Assert.ThrowsAsync<CommandFailedException>(
        () => Drain(isComplete).RunAsync("db", "s", documents, () => { }, TestContext.Current.CancellationToken).Within());

    private Drain Drain(bool isComplete) => new(_channel, BatchSize, window: 1) { IsComplete = isComplete };
}
