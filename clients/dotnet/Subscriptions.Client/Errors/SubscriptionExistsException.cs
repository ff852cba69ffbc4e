namespace Subscriptions.Client;

/// <summary>A subscription of that name exists with another definition. Final.</summary>
public sealed class SubscriptionExistsException : SubscriptionsException
{
    internal SubscriptionExistsException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database; empty when the server did not say.</summary>
    public string Database => Details.Text("database");

    /// <summary>The name that is taken; empty when the server did not say.</summary>
    public string Subscription => Details.Text("subscription");
}
