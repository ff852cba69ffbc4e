namespace Subscriptions.Core.Documents;

/// <summary>Figures of a database.</summary>
/// <param name="Documents">Documents that exist.</param>
/// <param name="Tombstones">Deleted or expired documents that feeds still see.</param>
/// <param name="DiskBytes">What the database takes on disk, journals included, in bytes.</param>
public readonly record struct DocumentStatistics(long Documents, long Tombstones, long DiskBytes);
