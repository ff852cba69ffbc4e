namespace Subscriptions.Core.Documents;

/// <summary>Whether and for how long older versions of a collection's documents are kept.</summary>
public sealed record CollectionRevisions
{
    /// <summary>Whether versions that are written from now on are kept. When off, the limits go on to hold for what was kept before.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The most versions that are kept of one document, the newest included; null (the default): no limit.</summary>
    public int? MaxCount { get; init; }

    /// <summary>For how long a version is kept after a newer one replaced it; null (the default): no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Whether the versions before a deletion or expiry are removed soon after it. Otherwise (the default) they stay, within the other limits, until
    /// the tombstone is purged.
    /// </summary>
    public bool PurgeOnDelete { get; init; }
}
