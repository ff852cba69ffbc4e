namespace Subscriptions.Client;

/// <summary>The database was dropped while the worker was connected. Final.</summary>
public sealed class DatabaseDroppedException : SubscriptionsException
{
    internal DatabaseDroppedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database that is no more; empty when the server did not say.</summary>
    public string Database => Details.Text("database");
}
