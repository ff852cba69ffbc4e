namespace Subscriptions.Client;

/// <summary>Somebody else holds the subscription, and the opening strategy neither waits nor takes over. Final.</summary>
public sealed class SubscriptionInUseException : SubscriptionsException
{
    internal SubscriptionInUseException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>Who holds it.</summary>
    public SubscriptionHolder Holder => SubscriptionHolder.From(Details);
}
