namespace Subscriptions.Client;

/// <summary>The database was restored or rewound while the client was connected. The client reconnects, and may be sent back.</summary>
public sealed class HistoryChangedException : SubscriptionsException
{
    internal HistoryChangedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database. Empty when the server did not say.</summary>
    public string Database => Details.Text("database");
}
