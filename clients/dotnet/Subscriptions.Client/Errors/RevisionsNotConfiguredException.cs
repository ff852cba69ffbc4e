namespace Subscriptions.Client;

/// <summary>
/// A subscription is to revisions, and its collection keeps none. Final until somebody switches them on with
/// <see cref="DatabasesClient.SetRevisionsAsync(string, CollectionRevisions, CancellationToken)"/>.
/// </summary>
public sealed class RevisionsNotConfiguredException : SubscriptionsException
{
    internal RevisionsNotConfiguredException(ErrorDetails details, Exception? innerException = null)
        : base(details, innerException)
    {
    }

    /// <summary>The database; empty when the server did not say.</summary>
    public string Database => Details.Text("database");

    /// <summary>The collection; <c>@all_docs</c> for all. Empty when the server did not say.</summary>
    public string Collection => Details.Text("collection");
}
