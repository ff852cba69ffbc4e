namespace Subscriptions.Client;

/// <summary>A fault of the server. Final for this request: its log has more under <see cref="ErrorId"/>.</summary>
public sealed class ServerFaultException : SubscriptionsException
{
    internal ServerFaultException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>What the server's log names it by; empty when the server did not say.</summary>
    public string ErrorId => Details.Text("error_id");
}
