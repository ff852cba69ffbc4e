using Subscriptions.TestKit;
using Xunit;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>The application's side of a feed: reads its events one by one.</summary>
internal sealed class FeedFollower : IAsyncDisposable
{
    private readonly SubscriptionsClient _client;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<ChangeEvent> _events;
    private Task<bool>? _moving;

    public FeedFollower(ScriptedServer server, WatchOptions? options = null, TimeProvider? time = null, double random = 0)
    {
        _client = server.Connect(time, new FixedRandom(random));
        _events = _client.Changes.WatchAsync("shop", options, _cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Begins to wait for the next event, which lets the feed connect.</summary>
    public Task<bool> Move() => _moving ??= _events.MoveNextAsync().AsTask();

    /// <summary>The next event, which is one of this kind.</summary>
    public async Task<T> NextAsync<T>()
        where T : ChangeEvent
    {
        Assert.True(await MovedAsync(), "The feed has ended.");
        return Assert.IsType<T>(_events.Current);
    }

    /// <summary>The next events are these rows.</summary>
    public async Task RowsAsync(params string[] ids)
    {
        foreach (var id in ids) Assert.Equal(id, (await NextAsync<ChangeEvent.Row>()).Change.Id);
    }

    /// <summary>The feed ends normally.</summary>
    public async Task EndsAsync() => Assert.False(await MovedAsync(), "There is another event.");

    /// <summary>The feed throws exactly this type.</summary>
    public Task<T> FailsAsync<T>()
        where T : Exception => Assert.ThrowsAsync<T>(MovedAsync);

    public void Cancel() => _cancellation.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();

        // Whatever it came to was looked at by the test, or is the cancellation.
        if (_moving is { } moving) await Task.WhenAny(moving).Within();
        await _events.DisposeAsync().Within();
        _client.Dispose();
        _cancellation.Dispose();
    }

    private async Task<bool> MovedAsync()
    {
        var moving = Move();
        _moving = null;
        return await moving.Within();
    }
}
