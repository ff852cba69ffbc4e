using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;

namespace Subscriptions.Client;

/// <summary>One operation of a write: put, delete or touch, with an optional expectation of what is there. Immutable.</summary>
public sealed record DocumentOperation
{
    private DocumentOperation(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        Id = id;
    }

    /// <summary>The document's id: 1 to 512 bytes of UTF-8; ids that start with <c>_</c> are reserved, but for <c>_design/…</c>.</summary>
    public string Id { get; }

    /// <summary>What the document's current revision must be; <see langword="null"/>: anything.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? ExpectedRevision { get; init; }

    /// <summary>The document must not exist: never written, deleted or expired.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool MustNotExist { get; init; }

    /// <summary>When the document expires, for a put or touch; <see langword="null"/>: never.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal OperationKind Kind { get; private init; }

    internal ByteString Content { get; private init; } = ByteString.Empty;

    internal string Collection { get; private init; } = string.Empty;

    /// <summary>Creates the document or replaces it.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="utf8Json">One JSON object in UTF-8. Not copied: it must not change until the write has returned.</param>
    /// <param name="collection">The collection; <see langword="null"/>: the server's default, <c>@empty</c>.</param>
    public static DocumentOperation PutJson(string id, ReadOnlyMemory<byte> utf8Json, string? collection = null) => new(id)
    {
        Kind = OperationKind.Put,
        Content = UnsafeByteOperations.UnsafeWrap(utf8Json),
        Collection = collection ?? string.Empty,
    };

    /// <summary>Creates the document or replaces it with <paramref name="document"/>, written as JSON.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="document">What becomes one JSON object.</param>
    /// <param name="collection">The collection; <see langword="null"/>: the server's default, <c>@empty</c>.</param>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    public static DocumentOperation Put<T>(string id, T document, string? collection = null, JsonSerializerOptions? json = null) =>
        PutJson(id, JsonSerializer.SerializeToUtf8Bytes(document, json), collection);

    /// <summary>Creates the document or replaces it with <paramref name="document"/>, written as JSON without reflection.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="document">What becomes one JSON object.</param>
    /// <param name="json">How.</param>
    /// <param name="collection">The collection; <see langword="null"/>: the server's default, <c>@empty</c>.</param>
    public static DocumentOperation Put<T>(string id, T document, JsonTypeInfo<T> json, string? collection = null) =>
        PutJson(id, JsonSerializer.SerializeToUtf8Bytes(document, json), collection);

    /// <summary>Deletes the document and leaves a tombstone. Nothing happens when it does not exist.</summary>
    public static DocumentOperation Delete(string id) => new(id) { Kind = OperationKind.Delete };

    /// <summary>
    /// Keeps the document's content, sets its expiry (<see cref="ExpiresAt"/>) and makes it a fresh change, so that every feed and
    /// subscription sees it again. Nothing happens when it does not exist.
    /// </summary>
    public static DocumentOperation Touch(string id) => new(id) { Kind = OperationKind.Touch };

    internal enum OperationKind
    {
        Put,
        Delete,
        Touch,
    }
}
