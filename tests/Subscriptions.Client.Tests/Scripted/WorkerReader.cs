using System.Threading.Channels;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>The application's side: reads a worker's batches one by one, and hears its events.</summary>
internal sealed class WorkerReader : IAsyncDisposable
{
    private readonly SubscriptionsClient _client;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<SubscriptionBatch> _batches;

    // Unbounded: the worker's reading task writes and must not wait for the test.
    private readonly Channel<WorkerEvent> _events = Channel.CreateUnbounded<WorkerEvent>();
    private Task<bool>? _moving;

    public WorkerReader(SubscriptionsClient client, Action<SubscriptionWorkerOptions>? configure)
    {
        _client = client;
        var options = new SubscriptionWorkerOptions("shop", "ship")
        {
            WorkerName = "tester",
            CloseTimeout = TimeSpan.FromSeconds(20),
            OnEvent = e => _events.Writer.TryWrite(e),
        };
        configure?.Invoke(options);
        Worker = client.OpenWorker(options);
        _batches = Worker.ReadBatchesAsync(_cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public SubscriptionWorker Worker { get; }

    /// <summary>Begins to wait for the next batch, which lets the worker connect; <see cref="NextAsync"/> then has it.</summary>
    /// <returns>True when there is a batch, false at the end.</returns>
    public Task<bool> Move() => _moving ??= _batches.MoveNextAsync().AsTask();

    /// <summary>The next batch.</summary>
    public async Task<SubscriptionBatch> NextAsync()
    {
        Assert.True(await Moved(), "The enumeration has ended.");
        return _batches.Current;
    }

    /// <summary>The enumeration ends normally.</summary>
    public async Task EndsAsync() => Assert.False(await Moved(), "There is another batch.");

    /// <summary>The enumeration throws exactly this type.</summary>
    public Task<TException> FailsAsync<TException>()
        where TException : Exception => Assert.ThrowsAsync<TException>(Moved);

    /// <summary>The next event of this kind; others before it are passed over.</summary>
    public async Task<TEvent> EventAsync<TEvent>()
        where TEvent : WorkerEvent
    {
        while (true)
        {
            if (await _events.Reader.ReadAsync().Within() is TEvent e)
            {
                return e;
            }
        }
    }

    /// <summary>Ends the enumeration as a caller's token does.</summary>
    public void Cancel() => _cancellation.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        if (_moving is { } moving)
        {
            // Whatever it came to was looked at by the test, or is the cancellation.
            await Task.WhenAny(moving).Within();
        }

        await _batches.DisposeAsync().Within();
        await Worker.DisposeAsync().Within();
        _client.Dispose();
        _cancellation.Dispose();
    }

    private async Task<bool> Moved()
    {
        var moving = Move();
        var moved = await moving.Within();
        _moving = null;
        return moved;
    }
}
