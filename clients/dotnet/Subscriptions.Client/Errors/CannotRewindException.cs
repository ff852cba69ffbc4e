namespace Subscriptions.Client;

/// <summary>A rewind would need versions of documents that are not kept, or deletions that were purged. Restore a backup, or allow the loss.</summary>
public sealed class CannotRewindException : SubscriptionsException
{
    internal CannotRewindException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
