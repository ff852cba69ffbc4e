using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Subscriptions.Client;

/// <summary>The newest version of one document. Immutable.</summary>
public sealed class SubscriptionItem
{
    private readonly V1.Item _wire;

    internal SubscriptionItem(V1.Item wire) => _wire = wire;

    /// <summary>The document's id.</summary>
    public string Id => _wire.Id;

    /// <summary>The document's collection.</summary>
    public string Collection => _wire.Collection;

    /// <summary>
    /// The document's JSON in UTF-8, exactly as it was written: the received bytes themselves, not a copy. Empty for a deletion or expiry,
    /// and when <see cref="Error"/> is set.
    /// </summary>
    public ReadOnlyMemory<byte> Content => _wire.Content.Memory;

    /// <summary>The document's revision.</summary>
    public string Revision => _wire.Revision;

    /// <summary>The partition that the document lives in.</summary>
    public int Partition => _wire.Partition;

    /// <summary>The change's seqno in its partition.</summary>
    public long Seqno => _wire.Seqno;

    /// <summary>What happened.</summary>
    public ChangeKind Kind => (ChangeKind)_wire.Kind;

    /// <summary>
    /// How often this version of the document was delivered, this time included, as far as the server knows: nacked items are counted across
    /// connections and restarts, batches that were sent again as long as somebody is connected.
    /// </summary>
    public int Attempt => _wire.Attempt;

    /// <summary>When the change was committed.</summary>
    public DateTimeOffset ChangedAt => UnixTime.ToInstant(_wire.ChangedAtUnixMs);

    /// <summary>When the document expires; <see langword="null"/>: never.</summary>
    public DateTimeOffset? ExpiresAt => _wire.ExpiresAtUnixMs == 0 ? null : UnixTime.ToInstant(_wire.ExpiresAtUnixMs);

    /// <summary>
    /// The trace in which the change was written, as the value of a W3C <c>traceparent</c> header, for links of your own spans; the spans of
    /// this library have them. <see langword="null"/> when that trace is not recorded, and for changes that the server read from its disk.
    /// </summary>
    public string? TraceParent => _wire.Traceparent.Length == 0 ? null : _wire.Traceparent;

    /// <summary>Why there is no content, when the subscription's script failed on this document; else <see langword="null"/>.</summary>
    public string? Error => _wire.Error.Length == 0 ? null : _wire.Error;

    /// <summary>
    /// Of a subscription over revisions: the revision before this one. <see langword="null"/> when there was none, and for other subscriptions.
    /// </summary>
    public string? PreviousRevision => _wire.PreviousRevision.Length == 0 ? null : _wire.PreviousRevision;

    /// <summary>
    /// Of a subscription over revisions without <c>select</c>: the JSON of the version before this one, the received bytes themselves. Empty
    /// when there was none.
    /// </summary>
    public ReadOnlyMemory<byte> PreviousContent => _wire.PreviousContent.Memory;

    /// <summary>True when there is a <see cref="PreviousContent"/>.</summary>
    public bool HasPrevious => !_wire.PreviousContent.IsEmpty;

    /// <summary>False for a deletion or expiry, and when <see cref="Error"/> is set.</summary>
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

    /// <summary>Reads the version before this one as <typeparamref name="T"/>. Reads it anew each time.</summary>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    /// <exception cref="InvalidOperationException">There is none: see <see cref="HasPrevious"/>.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T Previous<T>(JsonSerializerOptions? json = null)
    {
        ThrowIfNoPrevious();
        return JsonContent.Read<T>(PreviousContent, Id, json);
    }

    /// <summary>Reads the version before this one as <typeparamref name="T"/>, without reflection. Reads it anew each time.</summary>
    /// <exception cref="InvalidOperationException">There is none: see <see cref="HasPrevious"/>.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T Previous<T>(JsonTypeInfo<T> json)
    {
        ThrowIfNoPrevious();
        return JsonContent.Read(PreviousContent, Id, json);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Id} (partition {Partition}, seqno {Seqno}, attempt {Attempt})";

    private void ThrowIfNoContent()
    {
        if (!HasContent)
        {
            var why = Error is null ? $"the change is a {Kind}" : $"the subscription's script failed: {Error}";
            throw new InvalidOperationException($"'{Id}' at partition {Partition}, seqno {Seqno} has no content: {why}.");
        }
    }

    private void ThrowIfNoPrevious()
    {
        if (!HasPrevious)
        {
            throw new InvalidOperationException(
                $"'{Id}' at partition {Partition}, seqno {Seqno} has no previous version: it is the first one, or the subscription is not over "
                + "revisions, or its query selects.");
        }
    }
}
