namespace Subscriptions.Core.Documents;

/// <summary>What a write does to a document.</summary>
public enum WriteKind
{
    /// <summary>Creates the document or replaces its content, collection and expiry.</summary>
    Put = 0,

    /// <summary>Deletes the document and leaves a tombstone. Deleting what does not exist is a no-op that reports so.</summary>
    Delete = 1,

    /// <summary>Keeps content and collection, sets the expiry (null: none), and makes the document a fresh change.</summary>
    Touch = 2,
}

/// <summary>One operation of a write request. Validated by <see cref="DocumentLimits"/> before it reaches a store.</summary>
public sealed record DocumentWrite
{
    /// <summary>What to do.</summary>
    public required WriteKind Kind { get; init; }

    /// <summary>The document's id, 1–512 bytes of UTF-8.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The collection of a put; ignored otherwise. Null: the one that the document is in, or was in before it was deleted;
    /// <see cref="CollectionName.Empty"/> when it was never written.
    /// </summary>
    public string? Collection { get; init; } = CollectionName.Empty;

    /// <summary>The content of a put: one JSON object in UTF-8. Kept by the store as is; must not be changed after the call.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>When the document expires; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What the document's current revision must be for the request to be carried out.</summary>
    public ExpectedRevision Expected { get; init; } = ExpectedRevision.Any;

    /// <summary>
    /// Not null: the write brings a version that was made elsewhere, with the revision that it got there, and this is that version's history. Only
    /// <see cref="IDocumentStore.WriteEachAsync"/> takes such writes, puts and deletes; see there.
    /// </summary>
    public RevisionHistory? History { get; init; }

    /// <summary>The trace that the request belongs to. A store hands it on with the change and does not keep it.</summary>
    public TraceOrigin? Origin { get; init; }
}
