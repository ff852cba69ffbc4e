using System.Threading.Channels;
using Subscriptions.Client;
using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Workers;

/// <summary>
/// A worker of the client library as an application runs it, with a connection of its own: takes batches of one document, one by one, and
/// hears what happens, but for heartbeats. It connects at once.
/// </summary>
internal sealed class TestWorker : IAsyncDisposable
{
    // Unbounded: the worker's reading task writes and must not wait for the test.
    private readonly Channel<WorkerEvent> _events = Channel.CreateUnbounded<WorkerEvent>();
    private readonly SubscriptionsClient _client;
    private readonly SubscriptionWorker _worker;
    private readonly IAsyncEnumerator<SubscriptionBatch> _batches;
    private Task<bool>? _moving;
    private volatile bool _wasServed;

    public TestWorker(Uri address, string database, string name, OpeningStrategy strategy)
    {
        _client = new SubscriptionsClient(address);
        _worker = _client.OpenWorker(new SubscriptionWorkerOptions(database, "ship")
        {
            WorkerName = name,
            Strategy = strategy,
            MaxDocs = 1,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            OnEvent = Note,
        });
        _batches = _worker.ReadBatchesAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        _moving = Move();
    }

    /// <summary>Whether it was ever given the subscription.</summary>
    public bool WasServed => _wasServed;

    /// <summary>The next event of this kind. Others before it are passed over, but for an end of the connection.</summary>
    public async Task<TEvent> HearAsync<TEvent>()
        where TEvent : WorkerEvent
    {
        while (true)
        {
            var e = await _events.Reader.ReadAsync().Within();
            if (e is TEvent wanted) return wanted;
            Assert.False(e is WorkerEvent.Disconnected, $"{e} came where {typeof(TEvent).Name} was expected.");
        }
    }

    /// <summary>The next batch, which is one document.</summary>
    public async Task<SubscriptionBatch> NextAsync()
    {
        Assert.True(await Move().Within(), "The reading has ended.");
        _moving = null;
        return _batches.Current;
    }

    /// <summary>The next batch, acked durably.</summary>
    /// <returns>The document's id.</returns>
    public async Task<string> AckNextAsync()
    {
        var batch = await NextAsync();
        await batch.AckAsync().Within();
        return Assert.Single(batch.Items).Id;
    }

    /// <summary>The reading ends with exactly this type, and the worker has not connected again and will not.</summary>
    public async Task<SubscriptionsException> EndsForGoodAsync(Type type)
    {
        var failure = (SubscriptionsException)await Assert.ThrowsAsync(type, () => Move().Within());
        Assert.False(failure.IsRetryable);
        Assert.Equal(new WorkerEvent.Disconnected(failure, RetryIn: null), await HearAsync<WorkerEvent.Disconnected>());
        Assert.Same(failure, (await HearAsync<WorkerEvent.Ended>()).Cause);
        return failure;
    }

    /// <summary>Ends the reading as an application does that is done; batches in hand are lost.</summary>
    public async Task LeaveAsync()
    {
        await _worker.DisposeAsync().Within();
        Assert.False(await Move().Within(), "There is another batch.");
        Assert.Null((await HearAsync<WorkerEvent.Ended>()).Cause);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync().Within();

        // Only that it ends: how it ended is what tests ask for before.
        if (_moving is not null) await Task.WhenAny(_moving).Within();
        await _batches.DisposeAsync().Within();
        await _client.DisposeAsync();
    }

    private void Note(WorkerEvent e)
    {
        if (e is WorkerEvent.Connected) _wasServed = true;

        // How many of them there are is a matter of time.
        if (e is not WorkerEvent.Heartbeat) _events.Writer.TryWrite(e);
    }

    private Task<bool> Move() => _moving ??= _batches.MoveNextAsync().AsTask();
}
