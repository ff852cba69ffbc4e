namespace Subscriptions.Client;

/// <summary>The contract has what was asked for, this server does not. Final.</summary>
public sealed class NotSupportedByServerException : SubscriptionsException
{
    internal NotSupportedByServerException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>What the server lacks, as the contract names it; empty when it did not say.</summary>
    public string Field => Details.Text("field");
}
