namespace Subscriptions.Core.Delivery;

/// <summary>A worker at the other end of a face. One reader and one writer at a time.</summary>
public interface IWorkerConnection
{
    /// <summary>Waits for the worker's next message.</summary>
    /// <returns>Null when the worker has half-closed.</returns>
    /// <exception cref="Exception">The worker is gone, or said what cannot be understood.</exception>
    ValueTask<WorkerMessage?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Hands a message to the network; waits while the worker does not read.</summary>
    /// <exception cref="Exception">The worker is gone.</exception>
    ValueTask SendAsync(ServerMessage message, CancellationToken cancellationToken);
}
