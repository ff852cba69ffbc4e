namespace Subscriptions.Client;

/// <summary>The server's disk is full; nothing was written. Retryable: the server recovers by itself when there is space again.</summary>
public sealed class DiskFullException : SubscriptionsException
{
    internal DiskFullException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
