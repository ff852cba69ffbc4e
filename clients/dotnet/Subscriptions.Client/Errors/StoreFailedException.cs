namespace Subscriptions.Client;

/// <summary>The server's store failed; its log says more. Retryable unless data was lost, which <see cref="SubscriptionsException.IsRetryable"/> tells.</summary>
public sealed class StoreFailedException : SubscriptionsException
{
    internal StoreFailedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
