namespace Subscriptions.Client;

/// <summary>A kept version of a document, without its content; <see cref="DocumentsClient.GetAsync(string, string, string, CancellationToken)"/> reads it.</summary>
/// <param name="Revision">The version.</param>
/// <param name="Seqno">Its seqno in the document's partition.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Collection">The collection that the document was in.</param>
/// <param name="ChangedAt">When it was written, by the server's clock.</param>
/// <param name="ContentBytes">The length of its content in bytes; 0 for a deletion or expiry.</param>
public sealed record DocumentRevision(
    string Revision, long Seqno, DocumentRevisionKind Kind, string Collection, DateTimeOffset ChangedAt, int ContentBytes);

/// <summary>What a kept version did.</summary>
public enum DocumentRevisionKind
{
    /// <summary>The document was written.</summary>
    Put = 0,

    /// <summary>It was deleted.</summary>
    Delete = 1,

    /// <summary>It expired.</summary>
    Expiry = 2,
}
