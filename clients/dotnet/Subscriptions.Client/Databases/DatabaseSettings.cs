namespace Subscriptions.Client;

/// <summary>The settings of a database. What is <see langword="null"/> is the server's default.</summary>
public sealed record DatabaseSettings
{
    /// <summary>The largest content of one document in bytes, from 1 KiB to 64 MiB.</summary>
    /// <value>
    /// Default: 3 MiB. Above it, raise <see cref="SubscriptionsClientOptions.MaxMessageBytes"/> and the server's message limit as well.
    /// </value>
    public int? MaxDocumentBytes { get; init; }

    /// <summary>How long tombstones are kept before they may be purged, at least 1 minute.</summary>
    /// <value>Default: 7 days.</value>
    public TimeSpan? TombstoneRetention { get; init; }

    /// <summary>For how much longer tombstones are kept when a subscription that wants deletions has not come to them, at most 3,650 days.</summary>
    /// <value>Default: purging waits for nobody.</value>
    public TimeSpan? PurgeHold { get; init; }

    /// <summary>
    /// Which collections keep older versions of their documents. Of a database that exists they are changed with
    /// <see cref="DatabasesClient.SetRevisionsAsync(string, CollectionRevisions, CancellationToken)"/>.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<CollectionRevisions> Revisions { get; init; } = [];
}
