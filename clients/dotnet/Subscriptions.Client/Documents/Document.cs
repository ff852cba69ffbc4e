using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Subscriptions.Client;

/// <summary>A document as it was read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Collection">Its collection.</param>
/// <param name="Content">Its JSON in UTF-8, exactly as it was written.</param>
/// <param name="Revision">Its revision, for <see cref="DocumentOperation.ExpectedRevision"/>.</param>
/// <param name="ExpiresAt">When it expires; <see langword="null"/>: never.</param>
/// <param name="Partition">The partition that it lives in.</param>
/// <param name="Seqno">The seqno of this version in its partition.</param>
public sealed record Document(
    string Id,
    string Collection,
    ReadOnlyMemory<byte> Content,
    string Revision,
    DateTimeOffset? ExpiresAt,
    int Partition,
    long Seqno)
{
    /// <summary>Reads the content as <typeparamref name="T"/>.</summary>
    /// <param name="json">How; <see langword="null"/>: the defaults of System.Text.Json.</param>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonSerializerOptions? json = null) => JsonContent.Read<T>(Content, Id, json);

    /// <summary>Reads the content as <typeparamref name="T"/>, without reflection.</summary>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T As<T>(JsonTypeInfo<T> json) => JsonContent.Read(Content, Id, json);
}
