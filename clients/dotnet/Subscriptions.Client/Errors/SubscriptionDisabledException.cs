namespace Subscriptions.Client;

/// <summary>The subscription is disabled, or was disabled while the worker was connected. Final until somebody enables it.</summary>
public sealed class SubscriptionDisabledException : SubscriptionsException
{
    internal SubscriptionDisabledException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database; empty when the server did not say.</summary>
    public string Database => Details.Text("database");

    /// <summary>The subscription that is disabled; empty when the server did not say.</summary>
    public string Subscription => Details.Text("subscription");
}
