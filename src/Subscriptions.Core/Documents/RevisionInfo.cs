namespace Subscriptions.Core.Documents;

/// <summary>A kept version of a document, without its content.</summary>
/// <param name="Revision">The version.</param>
/// <param name="Seqno">Where it was written.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Collection">The collection that the document was in.</param>
/// <param name="ChangedAt">When it was committed.</param>
/// <param name="ContentBytes">The length of its content; 0 for a tombstone.</param>
public sealed record RevisionInfo(
    Revision Revision, long Seqno, ChangeKind Kind, string Collection, DateTimeOffset ChangedAt, int ContentBytes);
