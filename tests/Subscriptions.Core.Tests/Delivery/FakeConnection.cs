using System.Threading.Channels;
using Subscriptions.Core.Delivery;
using Subscriptions.TestKit;

namespace Subscriptions.Core.Tests.Delivery;

/// <summary>A worker in memory: what it says and what it hears, by hand.</summary>
internal sealed class FakeConnection : IWorkerConnection
{
    private readonly Channel<WorkerMessage> _said = Channel.CreateUnbounded<WorkerMessage>();
    private readonly Channel<ServerMessage> _heard = Channel.CreateUnbounded<ServerMessage>();

    /// <summary>While set, the worker reads nothing: sends wait for it.</summary>
    public TaskCompletionSource? Stalled { get; set; }

    public void Say(WorkerMessage message) => _said.Writer.TryWrite(message);

    public void HalfClose() => _said.Writer.TryComplete();

    public void Vanish() => _said.Writer.TryComplete(new IOException("connection reset"));

    /// <summary>The next message, which must be of this kind; heartbeats are skipped.</summary>
    public async Task<T> HearAsync<T>()
        where T : ServerMessage
    {
        while (true)
        {
            var message = await _heard.Reader.ReadAsync().Within();
            if (message is T expected) return expected;
            if (message is not ServerMessage.Heartbeat) throw new InvalidOperationException($"Expected {typeof(T).Name}, heard {message}.");
        }
    }

    /// <summary>The next message, whatever it is.</summary>
    public Task<ServerMessage> HearAnyAsync() => _heard.Reader.ReadAsync().Within();

    /// <summary>The next batch, and the confirm of the one before it, in whichever order they come.</summary>
    public async Task<ServerMessage> HearEitherAsync()
    {
        var first = await HearAnyAsync();
        var second = await HearAnyAsync();
        return first is ServerMessage.AckConfirmed ? second : first;
    }

    public async ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _said.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_said.Reader.TryRead(out var message)) return message;
        }

        return null;
    }

    public async ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        if (Stalled is { } stalled) await stalled.Task.WaitAsync(cancellationToken);
        _heard.Writer.TryWrite(message);
    }
}
