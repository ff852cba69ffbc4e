namespace Grpc.Core;

/// <summary>Messages from the client, which alone can end its half of a stream.</summary>
/// <typeparam name="T">Type of the messages.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the client's half of the stream; the server's stays open. Call it once, after the last write has completed.</summary>
    Task CompleteAsync();
}
