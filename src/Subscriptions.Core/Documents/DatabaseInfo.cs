namespace Subscriptions.Core.Documents;

/// <summary>A database's identity and settings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">From 1 to 1024, fixed at creation.</param>
/// <param name="Settings">What is set at creation; of it, revisions can be set again later.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record DatabaseInfo(DatabaseName Name, int PartitionCount, DatabaseSettings Settings, DateTimeOffset CreatedAt);

/// <summary>The settings of a database.</summary>
public sealed record DatabaseSettings
{
    /// <summary>The largest content of one document in bytes. Default 3 MiB, so that a document fits a gRPC message of the default 4 MiB.</summary>
    public int MaxDocumentBytes { get; init; } = DocumentLimits.DefaultMaxDocumentBytes;

    /// <summary>How long tombstones are kept before they may be purged. Default 7 days.</summary>
    public TimeSpan TombstoneRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how much longer tombstones are kept for a subscription that wants deletions and has not come to them. Default zero: for nobody.</summary>
    public TimeSpan PurgeHold { get; init; }

    /// <summary>Which collections keep older versions of their documents. Default: none.</summary>
    public RevisionSettings Revisions { get; init; } = RevisionSettings.None;
}
