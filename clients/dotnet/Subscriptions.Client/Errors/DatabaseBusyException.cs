namespace Subscriptions.Client;

/// <summary>The database is being restored or rewound. Retry with back-off.</summary>
public sealed class DatabaseBusyException : SubscriptionsException
{
    internal DatabaseBusyException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database. Empty when the server did not say.</summary>
    public string Database => Details.Text("database");
}
