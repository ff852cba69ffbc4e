namespace Grpc.Core;

/// <summary>Messages from the server, whose half of a stream ends when the handler returns.</summary>
/// <typeparam name="T">Type of the messages.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
