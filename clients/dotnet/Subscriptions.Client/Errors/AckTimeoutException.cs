namespace Subscriptions.Client;

/// <summary>A batch was neither acked nor extended within the subscription's ack timeout. The worker reconnects by itself.</summary>
public sealed class AckTimeoutException : SubscriptionsException
{
    internal AckTimeoutException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The batch; <see langword="null"/> when the server did not say.</summary>
    public long? BatchId => Details.LongNumber("batch_id");
}
