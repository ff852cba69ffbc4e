using System.Threading.Channels;
using Grpc.Core;

namespace Subscriptions.Server.Tests.Standard;

/// <summary>What a caller sends, message by message, until a test completes it.</summary>
internal sealed class FakeStreamReader<T> : IAsyncStreamReader<T>
{
    private readonly Channel<T> _sent = Channel.CreateUnbounded<T>();

    public ChannelWriter<T> Sent => _sent.Writer;

    public T Current { get; private set; } = default!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await _sent.Reader.WaitToReadAsync(cancellationToken))
            return false;
        Current = await _sent.Reader.ReadAsync(cancellationToken);
        return true;
    }
}
