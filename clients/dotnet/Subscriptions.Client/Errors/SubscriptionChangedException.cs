namespace Subscriptions.Client;

/// <summary>The subscription's definition or cursor was changed; the connection began with the old one. The worker reconnects by itself.</summary>
public sealed class SubscriptionChangedException : SubscriptionsException
{
    internal SubscriptionChangedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
