namespace Subscriptions.Client;

/// <summary>Another connection of the same name was opened. Final: one that reconnects by itself would take turns with the other for ever.</summary>
public sealed class ConnectionReplacedException : SubscriptionsException
{
    internal ConnectionReplacedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
