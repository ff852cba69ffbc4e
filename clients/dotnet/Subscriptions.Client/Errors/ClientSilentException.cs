namespace Subscriptions.Client;

/// <summary>The server heard nothing from the client for too long. The client reconnects.</summary>
public sealed class ClientSilentException : SubscriptionsException
{
    internal ClientSilentException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
