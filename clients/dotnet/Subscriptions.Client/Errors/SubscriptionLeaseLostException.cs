namespace Subscriptions.Client;

/// <summary>
/// The batch is not this worker's any more: the conversation ended, the server said so, or an earlier batch was given back. If an ack was
/// under way, its outcome is unknown: either it is stored, or the batch comes again, to this worker or to another.
/// <see cref="Exception.InnerException"/> is what ended the conversation, where something did.
/// </summary>
public sealed class SubscriptionLeaseLostException : SubscriptionsException
{
    internal SubscriptionLeaseLostException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The token that this worker held; <see langword="null"/> when it is not known.</summary>
    public long? FencingToken => Details.LongNumber("fencing_token");

    /// <summary>The token that counts now; <see langword="null"/> when it is not known.</summary>
    public long? CurrentToken => Details.LongNumber("current_token");
}
