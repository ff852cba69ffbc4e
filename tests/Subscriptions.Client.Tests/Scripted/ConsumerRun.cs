using Subscriptions.TestKit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>A partition consumer that runs against the scripted server.</summary>
internal sealed class ConsumerRun : IAsyncDisposable
{
    private readonly SubscriptionsClient _client;
    private readonly CancellationTokenSource _cancellation = new();

    public ConsumerRun(
        ScriptedServer server, Action<PartitionConsumerOptions>? configure = null, TimeProvider? time = null, RecordingHandler? handler = null)
    {
        _client = server.Connect(time, new FixedRandom(0));
        Handler = handler ?? new RecordingHandler();
        var options = new PartitionConsumerOptions("shop", "indexer") { Checkpoints = Store, CloseTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        Consumer = _client.Streams.OpenConsumer(options, Handler);
        Running = Consumer.RunAsync(_cancellation.Token);
    }

    public RecordingHandler Handler { get; }

    public InMemoryCheckpointStore Store { get; } = new();

    public PartitionConsumer Consumer { get; }

    public Task Running { get; }

    public void Cancel() => _cancellation.Cancel();

    /// <summary>What the default store has of a partition; null: nothing.</summary>
    public async Task<PartitionPosition?> KeptAsync(int partition = 0)
    {
        var kept = await Store.LoadAsync(new CheckpointScope("shop", "indexer"), [partition], 0, CancellationToken.None);
        return kept.SingleOrDefault()?.Position;
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();

        // Whatever it came to was looked at by the test, or is the cancellation.
        await Task.WhenAny(Running).Within();
        await Consumer.DisposeAsync().Within();
        _client.Dispose();
        _cancellation.Dispose();
    }
}
