namespace Grpc.Core;

/// <summary>Outgoing messages of a stream. Only one write may be pending at a time.</summary>
/// <typeparam name="T">Type of the messages.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written; null for the defaults of the call.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; completes when the transport has taken it, which is where back pressure is felt.</summary>
    /// <exception cref="InvalidOperationException">Another write is pending, or the stream was completed.</exception>
    Task WriteAsync(T message);

    /// <summary>Writes a message; a cancelled write cancels the call.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled and this writer does not support that.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException("This stream writer does not support cancellation of a write.")
            : WriteAsync(message);
}
