namespace Subscriptions.Core.Documents;

/// <summary>
/// The newest version of one document, at the place in its partition's log where that version was written.
/// This is what every reader gets: subscription workers, changes feeds and partition streams.
/// </summary>
/// <remarks>Immutable and shared between readers; <see cref="Content"/> must not be written to.</remarks>
public sealed class Change
{
    /// <summary>The document's id, 1–512 bytes of UTF-8.</summary>
    public required string Id { get; init; }

    /// <summary>The document's collection; of a tombstone, the collection it was in.</summary>
    public required string Collection { get; init; }

    /// <summary>The partition that the document lives in, from 0.</summary>
    public required int Partition { get; init; }

    /// <summary>The change's number in its partition, from 1.</summary>
    public required long Seqno { get; init; }

    /// <summary>The document's revision after this change.</summary>
    public required Revision Revision { get; init; }

    /// <summary>What happened.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>One JSON object in UTF-8, exactly as it was written; empty for a tombstone.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>When the document expires, if it does; millisecond precision.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the change was committed, by the store's clock; millisecond precision.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The trace that the change was written in; null when nobody records one, or when the change was read from the disk.</summary>
    public TraceOrigin? Origin { get; init; }

    /// <summary>The version before this one; null when there was none, or when the reader does not follow revisions.</summary>
    public PreviousVersion? Previous { get; init; }

    /// <summary>Why a reader's query could not make anything of the change; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>True when the document no longer exists: deleted or expired.</summary>
    public bool IsTombstone => Kind != ChangeKind.Put;

    /// <summary>What the change counts for against byte limits: content, id and a constant for the rest, in bytes.</summary>
    public int Size => Content.Length + (Previous?.Content.Length ?? 0) + Id.Length + SizeOfTheRest;

    private const int SizeOfTheRest = 64;

    /// <summary>The change with what a query made of its document in place of the versions' content.</summary>
    public Change With(ReadOnlyMemory<byte> content) => Copy(content, error: null);

    /// <summary>The change without the versions' content, and with the reason why the query could not make anything of it.</summary>
    public Change Failed(string error) => Copy(default, error);

    private Change Copy(ReadOnlyMemory<byte> content, string? error) => new()
    {
        Id = Id,
        Collection = Collection,
        Partition = Partition,
        Seqno = Seqno,
        Revision = Revision,
        Kind = Kind,
        Content = content,
        ExpiresAt = ExpiresAt,
        ChangedAt = ChangedAt,
        Origin = Origin,
        Previous = Previous is null ? null : Previous with { Content = default },
        Error = error,
    };
}

/// <summary>What a document was before a change. Immutable.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Content">One JSON object in UTF-8, exactly as it was written.</param>
public sealed record PreviousVersion(Revision Revision, ReadOnlyMemory<byte> Content);
