namespace Subscriptions.Core.Streams;

/// <summary>The client at the other end of a connection: a face. One reader and one writer at a time.</summary>
public interface IStreamPeer
{
    /// <summary>The client's next message; null when it has closed its side.</summary>
    /// <exception cref="Errors.EngineException">What it said ends the connection.</exception>
    ValueTask<StreamCommand?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends a message; returns when the network has taken it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="window">
    /// Told what the message takes, unless <see cref="StreamMessage.IsCounted"/> leaves it out; before the network gets it, since the client's ack can be back before
    /// this returns.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask SendAsync(StreamMessage message, FlowWindow window, CancellationToken cancellationToken);
}
