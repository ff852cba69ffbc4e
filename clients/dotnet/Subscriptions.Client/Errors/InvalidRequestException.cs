namespace Subscriptions.Client;

/// <summary>A field is missing or outside its limit. Nothing was changed. Final: correct the request.</summary>
public class InvalidRequestException : SubscriptionsException
{
    internal InvalidRequestException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The field, as the contract names it; empty when the server did not say.</summary>
    public string Field => Details.Text("field");

    /// <summary>The value that was refused; empty when the server did not say.</summary>
    public string Value => Details.Text("value");
}
