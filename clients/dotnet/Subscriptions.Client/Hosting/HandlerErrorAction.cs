namespace Subscriptions.Client;

/// <summary>What a hosted worker does when its handler throws.</summary>
public enum HandlerErrorAction
{
    /// <summary>
    /// Give the batch back; it comes again after a pause that doubles with each failure in a row. Nothing is skipped and nothing given up: as
    /// long as the handler fails, nothing else is delivered. The default of handlers of batches.
    /// </summary>
    NackBatch = 0,

    /// <summary>Give the batch back, end the worker and stop the host with exit code 1.</summary>
    StopHost = 1,

    /// <summary>
    /// Give the items that were being handled to the subscription's retry policy, each on its own, and go on: the one item of an
    /// <see cref="ISubscriptionItemHandler"/>, all items of an <see cref="ISubscriptionHandler"/>'s batch that it did not nack itself. The
    /// default of handlers of items.
    /// </summary>
    NackItems = 2,

    /// <summary>Log the error, ack and go on: what failed is not delivered again.</summary>
    Ignore = 3,
}
