namespace Grpc.Core;

/// <summary>Incoming messages of a stream. One reader at a time.</summary>
/// <typeparam name="T">Type of the messages.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that <see cref="MoveNext"/> arrived at; undefined before the first and after the last.</summary>
    T Current { get; }

    /// <summary>Waits for the next message: true when there is one, false at the regular end of the stream.</summary>
    /// <exception cref="RpcException">The call failed (clients).</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
