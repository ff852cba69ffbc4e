namespace Subscriptions.Client;

/// <summary>The database has no subscription of that name, or it was deleted while the worker was connected. Final.</summary>
public sealed class SubscriptionNotFoundException : SubscriptionsException
{
    internal SubscriptionNotFoundException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database that was asked; empty when the server did not say.</summary>
    public string Database => Details.Text("database");

    /// <summary>The name that was asked for; empty when the server did not say.</summary>
    public string Subscription => Details.Text("subscription");
}
