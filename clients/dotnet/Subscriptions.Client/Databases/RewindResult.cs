namespace Subscriptions.Client;

/// <summary>What a rewind of a partition came to.</summary>
/// <param name="Database">Where the database stands now.</param>
/// <param name="RestoredDocuments">Documents that got back the version of then.</param>
/// <param name="RemovedDocuments">Documents that did not exist then, and are gone.</param>
/// <param name="DeletedDocuments">Documents of which the version of then is not kept, and which were deleted.</param>
public sealed record RewindResult(DatabaseInfo Database, long RestoredDocuments, long RemovedDocuments, long DeletedDocuments);
