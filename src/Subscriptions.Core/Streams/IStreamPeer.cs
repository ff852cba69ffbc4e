namespace Subscriptions.Core.Streams;

/// <summary>The client at the other end of a connection: a face. One reader and one writer at a time.</summary>
public interface IStreamPeer
{
    /// <summary>The client's next message; null when it has closed its side.</summary>
    /// <exception cref="Errors.EngineException">What it said ends the connection.</exception>
    ValueTask<StreamCommand?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends a message; returns when the network has taken it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it takes of the window, in bytes; 0 for what <see cref="StreamMessage.IsCounted"/> leaves out.</returns>
    ValueTask<int> SendAsync(StreamMessage message, CancellationToken cancellationToken);
}
