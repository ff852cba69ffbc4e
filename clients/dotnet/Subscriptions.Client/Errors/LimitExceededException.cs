namespace Subscriptions.Client;

/// <summary>A limit of the server is reached. Final: remove what is not needed, or raise the setting on the server.</summary>
public sealed class LimitExceededException : SubscriptionsException
{
    internal LimitExceededException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The limit that is reached, as the server writes it.</summary>
    public string Limit => Details.Text("limit");

    /// <summary>The server setting that raises it.</summary>
    public string Setting => Details.Text("setting");
}
