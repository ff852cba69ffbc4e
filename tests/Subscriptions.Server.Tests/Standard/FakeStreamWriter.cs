using System.Threading.Channels;
using Grpc.Core;

namespace Subscriptions.Server.Tests.Standard;

/// <summary>Keeps what a handler writes for a test to read.</summary>
internal sealed class FakeStreamWriter<T> : IServerStreamWriter<T>
{
    private readonly Channel<T> _written = Channel.CreateUnbounded<T>();

    public ChannelReader<T> Written => _written.Reader;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken) => _written.Writer.WriteAsync(message, cancellationToken).AsTask();
}
