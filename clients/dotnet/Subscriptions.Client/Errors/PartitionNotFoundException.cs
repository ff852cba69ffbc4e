namespace Subscriptions.Client;

/// <summary>The database has no such partition. Final.</summary>
public sealed class PartitionNotFoundException : SubscriptionsException
{
    internal PartitionNotFoundException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
