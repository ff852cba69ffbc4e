namespace Subscriptions.Client;

/// <summary>Another worker took the subscription over. Final: two workers that reconnect would take turns for ever.</summary>
public sealed class SubscriptionTakenOverException : SubscriptionsException
{
    internal SubscriptionTakenOverException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>Who holds it now.</summary>
    public SubscriptionHolder Holder => SubscriptionHolder.From(Details);
}
