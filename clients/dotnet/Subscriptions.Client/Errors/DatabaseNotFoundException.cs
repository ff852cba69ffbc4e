namespace Subscriptions.Client;

/// <summary>There is no database of that name. Final: create it, or correct the name.</summary>
public sealed class DatabaseNotFoundException : SubscriptionsException
{
    internal DatabaseNotFoundException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The name that was asked for; empty when the server did not say.</summary>
    public string Database => Details.Text("database");
}
