using System.Threading.Channels;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests;

/// <summary>The server as a program: its end, its start, its folder.</summary>
public sealed class ServerProgramTests : IAsyncLifetime
{
    private const int TimeLimit = 60_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess _server;
    private SubscriptionsClient _client = null!;

    public ServerProgramTests() => _server = new ServerProcess(_folder["data"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new SubscriptionsClient(_server.Address);
        await _client.Databases.CreateAsync("shop", cancellationToken: Cancellation);
        await _client.Subscriptions.CreateAsync("shop", new SubscriptionDefinition("ship", "from Orders"), cancellationToken: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Stop_WhileAWorkerIsConnected_EndsWellAndTheWorkerComesBack()
    {
        var events = Channel.CreateUnbounded<WorkerEvent>();
        await using var worker = Worker(e => events.Writer.TryWrite(e));
        var reading = ReadOneAsync(worker);
        var before = await NextAsync<WorkerEvent.Connected>(events.Reader);

        Assert.Equal(0, await _server.StopAsync().Within());
        var end = await NextAsync<WorkerEvent.Disconnected>(events.Reader);
        await _server.StartAsync();
        await WriteOrderAsync();

        var batch = await reading.Within();
        Assert.Equal(ErrorReason.ShuttingDown, end.Cause.Reason);
        Assert.NotNull(end.RetryIn);
        Assert.Equal("orders/1", Assert.Single(batch.Items).Id);
        Assert.True(batch.FencingToken > before.FencingToken);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Start_DataFolderInUse_FailsNamingTheFolderAndLeavesTheFirstAlone()
    {
        await using var second = new ServerProcess(_folder["data"]);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(second.StartAsync);

        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["data"], failure.Message, StringComparison.Ordinal);
        Assert.Equal("ship", (await _client.Subscriptions.GetAsync("shop", "SHIP", Cancellation)).Definition.Name);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Kill_Idle_StartsWithEverythingThatWasConfirmed()
    {
        var written = await WriteOrderAsync();
        await using (var worker = Worker(closeWhenDrained: true))
        {
            await foreach (var batch in worker.ReadBatchesAsync(Cancellation)) await batch.AckAsync(Cancellation);
        }

        var before = await _client.Subscriptions.GetAsync("shop", "ship", Cancellation);

        await _server.KillAsync();
        await _server.StartAsync();

        var after = await RetryAsync(() => _client.Subscriptions.GetAsync("shop", "ship", Cancellation));
        Assert.Equal(
            (before.ChangeVector, before.FencingToken, before.CreatedAt, before.LastAckAt),
            (after.ChangeVector, after.FencingToken, after.CreatedAt, after.LastAckAt));
        Assert.Equal(written.Revision, (await _client.Documents.GetAsync("shop", "orders/1", Cancellation))!.Revision);
    }

    private static async Task<T> NextAsync<T>(ChannelReader<WorkerEvent> events)
        where T : WorkerEvent
    {
        while (true)
        {
            if (await events.ReadAsync(Cancellation) is T found) return found;
        }
    }

    private static async Task<SubscriptionBatch> ReadOneAsync(SubscriptionWorker worker)
    {
        await foreach (var batch in worker.ReadBatchesAsync(Cancellation))
        {
            await batch.AckAsync(Cancellation);
            return batch;
        }

        throw new InvalidOperationException("The worker ended without a batch.");
    }

    // A channel that could not connect fails calls for a moment before it tries again.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (SubscriptionsException e) when (e.IsRetryable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
            }
        }
    }

    private Task<WriteResult> WriteOrderAsync() => RetryAsync(
        () => _client.Documents.PutAsync("shop", "orders/1", new { Total = 1 }, "Orders", cancellationToken: Cancellation));

    private SubscriptionWorker Worker(Action<WorkerEvent>? onEvent = null, bool closeWhenDrained = false) =>
        _client.OpenWorker(new SubscriptionWorkerOptions("shop", "ship")
        {
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            CloseWhenDrained = closeWhenDrained,
            OnEvent = onEvent,
        });
}
