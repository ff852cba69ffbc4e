namespace Subscriptions.Client;

/// <summary>The server cannot be reached, is stopping or starting, or did not answer in time. Retryable.</summary>
public sealed class ServerUnavailableException : SubscriptionsException
{
    internal ServerUnavailableException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
