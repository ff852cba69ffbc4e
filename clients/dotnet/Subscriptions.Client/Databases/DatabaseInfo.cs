namespace Subscriptions.Client;

/// <summary>A database and where it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">How many partitions it has; fixed at creation.</param>
/// <param name="Settings">What was set at creation, with the revisions as they were set last.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="DocumentCount">Documents that exist.</param>
/// <param name="TombstoneCount">Deleted or expired documents that feeds still see.</param>
/// <param name="DiskBytes">What it takes on the server's disk, in bytes.</param>
/// <param name="Partitions">Where each partition stands, by partition.</param>
public sealed record DatabaseInfo(
    string Name,
    int PartitionCount,
    DatabaseSettings Settings,
    DateTimeOffset CreatedAt,
    long DocumentCount,
    long TombstoneCount,
    long DiskBytes,
    IReadOnlyList<PartitionInfo> Partitions)
{
    /// <summary>Versions that are kept as revisions, the newest of each document included.</summary>
    public long RevisionCount { get; init; }
}
