namespace Subscriptions.Client;

/// <summary>One side broke the order of the conversation: a fault of the client library or of the server. Final.</summary>
public sealed class ProtocolViolationException : SubscriptionsException
{
    internal ProtocolViolationException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>What of the message was wrong, as the contract names it; empty when it is not known.</summary>
    public string Field => Details.Text("field");
}
