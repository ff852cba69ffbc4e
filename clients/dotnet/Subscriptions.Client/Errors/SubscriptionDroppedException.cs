namespace Subscriptions.Client;

/// <summary>An administrator dropped the worker. Final: the worker does not come back by itself.</summary>
public sealed class SubscriptionDroppedException : SubscriptionsException
{
    internal SubscriptionDroppedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
