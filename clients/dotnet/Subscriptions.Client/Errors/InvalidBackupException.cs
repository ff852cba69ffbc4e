namespace Subscriptions.Client;

/// <summary>What was given as a backup is none, is damaged, or is of a newer version of the server. Nothing was changed.</summary>
public sealed class InvalidBackupException : SubscriptionsException
{
    internal InvalidBackupException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
