namespace Subscriptions.Client;

/// <summary>Whether and for how long older versions of a collection's documents are kept.</summary>
/// <param name="Collection">A collection, or <see cref="AllDocuments"/>.</param>
public sealed record CollectionRevisions(string Collection)
{
    /// <summary>The name under which the settings of all collections without settings of their own stand.</summary>
    public const string AllDocuments = "@all_docs";

    /// <summary>Whether versions that are written from now on are kept. When not, the limits go on to hold for what was kept before.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The most versions that are kept of one document, the newest included; at least 1.</summary>
    /// <value>Default: <see langword="null"/>, no limit.</value>
    public int? MaxCount { get; init; }

    /// <summary>For how long a version is kept after a newer one replaced it, at least 1 second.</summary>
    /// <value>Default: <see langword="null"/>, no limit.</value>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Removes the versions before a deletion or expiry soon after it, instead of when the tombstone is purged.</summary>
    public bool PurgeOnDelete { get; init; }
}
