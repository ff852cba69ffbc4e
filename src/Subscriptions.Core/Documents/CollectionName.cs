namespace Subscriptions.Core.Documents;

/// <summary>The collections with a meaning of their own.</summary>
public static class CollectionName
{
    /// <summary>The collection of documents that name none.</summary>
    public const string Empty = "@empty";

    /// <summary>The prefix of design documents: in every feed, never of a collection query.</summary>
    public const string DesignPrefix = "_design/";
}
