namespace Subscriptions.Client;

/// <summary>
/// Works on a subscription's batches in a host. Registered with <c>AddSubscriptionWorker</c>; made anew, in a scope of its own, for every
/// batch.
/// </summary>
public interface ISubscriptionHandler
{
    /// <summary>
    /// Works on a batch. Returning acks it, unless the handler settled it itself; throwing does what
    /// <see cref="SubscriptionHandlerOptions.OnHandlerError"/> says. A batch may come more than once, so its effects should be idempotent,
    /// or carry the batch's fencing token.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the batch is not this worker's any more, and when the host shuts down and
    /// <see cref="SubscriptionHandlerOptions.DrainTimeout"/> is over.
    /// </param>
    Task HandleAsync(SubscriptionBatch batch, CancellationToken cancellationToken);
}
