namespace Subscriptions.Client;

/// <summary>A database of that name exists with other settings. Final.</summary>
public sealed class DatabaseExistsException : SubscriptionsException
{
    internal DatabaseExistsException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The name that is taken; empty when the server did not say.</summary>
    public string Database => Details.Text("database");
}
