namespace Subscriptions.Client;

/// <summary>The document was never written, or was deleted or expired.</summary>
public sealed class DocumentNotFoundException : SubscriptionsException
{
    internal DocumentNotFoundException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database that was asked; empty when the server did not say.</summary>
    public string Database => Details.Text("database");

    /// <summary>The id that was asked for; empty when the server did not say.</summary>
    public string Id => Details.Text("id");
}
