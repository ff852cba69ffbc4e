namespace Subscriptions.Client;

/// <summary>
/// Works on a subscription's items in a host, one after the other in their order. Registered with <c>AddSubscriptionItemWorker</c>; made anew,
/// in a scope of its own, for every item.
/// </summary>
public interface ISubscriptionItemHandler
{
    /// <summary>
    /// Works on an item. The batch is acked when this has returned for all its items. Throwing does what
    /// <see cref="SubscriptionHandlerOptions.OnHandlerError"/> says, by default a retry of this item alone by the subscription's policy, which
    /// ends in its dead letters; <see cref="ItemFailedException"/> also says when.
    /// </summary>
    /// <param name="item">
    /// The item. Where <see cref="SubscriptionItem.Error"/> is set, reading its content throws, which is then a failure like others.
    /// </param>
    /// <param name="batch">The batch that it came in, for its fencing token and its includes.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the batch is not this worker's any more, and when the host shuts down and
    /// <see cref="SubscriptionHandlerOptions.DrainTimeout"/> is over.
    /// </param>
    Task HandleAsync(SubscriptionItem item, SubscriptionBatch batch, CancellationToken cancellationToken);
}
