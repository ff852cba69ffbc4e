namespace Subscriptions.Core.Documents;

/// <summary>Figures of a database.</summary>
/// <param name="Documents">Documents that exist.</param>
/// <param name="Tombstones">Deleted or expired documents that feeds still see.</param>
/// <param name="Revisions">Versions that are kept as revisions, the newest included.</param>
/// <param name="DiskBytes">What the database takes on disk, journals included, in bytes.</param>
public readonly record struct DocumentStatistics(long Documents, long Tombstones, long Revisions, long DiskBytes);
