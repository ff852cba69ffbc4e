using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Subscriptions.Client;

/// <summary>A change: the newest version of one document. Immutable.</summary>
public sealed class ChangeRow
{
    private readonly V1.ChangeRow _wire;

    internal ChangeRow(V1.ChangeRow wire) => _wire = wire;

    /// <summary>The document's id.</summary>
    public string Id => _wire.Id;

    /// <summary>The document's collection; of a deletion or expiry, the one that it was in.</summary>
    public string Collection => _wire.Collection;

    /// <summary>The document's revision.</summary>
    public string Revision => _wire.Revision;

    /// <summary>What happened.</summary>
    public ChangeKind Kind => (ChangeKind)_wire.Kind;

    /// <summary>When the change was committed.</summary>
    public DateTimeOffset ChangedAt => UnixTime.ToInstant(_wire.ChangedAtUnixMs);

    /// <summary>When the document expires; <see langword="null"/>: never.</summary>
    public DateTimeOffset? ExpiresAt => _wire.ExpiresAtUnixMs == 0 ? null : UnixTime.ToInstant(_wire.ExpiresAtUnixMs);

    /// <summary>The partition that the document lives in.</summary>
    public int Partition => _wire.Partition;

    /// <summary>The change's seqno in its partition.</summary>
    public long Seqno => _wire.Seqno;

    /// <summary>
    /// The place after this row: a feed, or a subscription, that begins here has everything behind it, and not this row. Empty on rows that
    /// the server gave none, in databases of many partitions.
    /// </summary>
    public string ResumeToken => _wire.ResumeToken;

    /// <summary>Why there is no content: the filter's function failed on this document; else <see langword="null"/>.</summary>
    public string? Error => _wire.Error.Length == 0 ? null : _wire.Error;

    /// <summary>
    /// Of a feed with <see cref="ChangesOptions.IncludeDocs"/>: the document's JSON in UTF-8, exactly as it was written: the received bytes
    /// themselves, not a copy. With a <c>select</c> clause, what that made of it. Empty for a deletion or expiry, and when
    /// <see cref="Error"/> is set.
    /// </summary>
    public ReadOnlyMemory<byte> Content => _wire.Content.Memory;

    /// <summary>True when there is a <see cref="Content"/>.</summary>
    public bool HasContent => !_wire.Content.IsEmpty;

    /// <summary>Reads the content as <typeparamref name="T"/>. Reads it anew each time.</summary>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    /// <exception cref="InvalidOperationException">There is no content: see <see cref="HasContent"/>.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonSerializerOptions? json = null)
    {
        ThrowIfNoContent();
        return JsonContent.Read<T>(Content, Id, json);
    }

    /// <summary>Reads the content as <typeparamref name="T"/>, without reflection. Reads it anew each time.</summary>
    /// <exception cref="InvalidOperationException">There is no content: see <see cref="HasContent"/>.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonTypeInfo<T> json)
    {
        ThrowIfNoContent();
        return JsonContent.Read(Content, Id, json);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Id} (partition {Partition}, seqno {Seqno})";

    private void ThrowIfNoContent()
    {
        if (!HasContent)
        {
            var why = Error ?? (Kind == ChangeKind.Put
                ? $"the feed is without {nameof(ChangesOptions)}.{nameof(ChangesOptions.IncludeDocs)}"
                : $"the change is a {Kind}");
            throw new InvalidOperationException($"'{Id}' at partition {Partition}, seqno {Seqno} has no content: {why}.");
        }
    }
}
