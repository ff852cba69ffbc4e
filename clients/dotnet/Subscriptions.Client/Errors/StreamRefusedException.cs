namespace Subscriptions.Client;

/// <summary>A stream of a partition cannot be opened or closed as asked: <see cref="ErrorReason.StreamExists"/>, <see cref="ErrorReason.StreamNotFound"/> or
/// <see cref="ErrorReason.OutOfRange"/>. The connection and its other streams go on.</summary>
public sealed class StreamRefusedException : SubscriptionsException
{
    internal StreamRefusedException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }
}
