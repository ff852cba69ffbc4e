using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Subscriptions.Client;

/// <summary>A document that the query's <c>include</c> clause brings along with a batch. Immutable.</summary>
public sealed class IncludedDocument
{
    private readonly V1.IncludedDocument _wire;

    internal IncludedDocument(V1.IncludedDocument wire) => _wire = wire;

    /// <summary>The document's id.</summary>
    public string Id => _wire.Id;

    /// <summary>The document's collection.</summary>
    public string Collection => _wire.Collection;

    /// <summary>The document's JSON in UTF-8, exactly as it was written: the received bytes themselves, not a copy.</summary>
    public ReadOnlyMemory<byte> Content => _wire.Content.Memory;

    /// <summary>The document's revision.</summary>
    public string Revision => _wire.Revision;

    /// <summary>Reads the content as <typeparamref name="T"/>. Reads it anew each time.</summary>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonSerializerOptions? json = null) => JsonContent.Read<T>(Content, Id, json);

    /// <summary>Reads the content as <typeparamref name="T"/>, without reflection. Reads it anew each time.</summary>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonTypeInfo<T> json) => JsonContent.Read(Content, Id, json);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Revision})";
}
