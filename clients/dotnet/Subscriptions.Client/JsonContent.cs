using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Subscriptions.Client;

/// <summary>Reads documents' content, and names the document when it cannot.</summary>
internal static class JsonContent
{
    public static T Read<T>(ReadOnlyMemory<byte> content, string id, JsonSerializerOptions? json)
    {
        try
        {
            return NotNull(JsonSerializer.Deserialize<T>(content.Span, json), id);
        }
        catch (JsonException e)
        {
            throw Describe<T>(e, id);
        }
    }

    public static T Read<T>(ReadOnlyMemory<byte> content, string id, JsonTypeInfo<T> json)
    {
        try
        {
            return NotNull(JsonSerializer.Deserialize(content.Span, json), id);
        }
        catch (JsonException e)
        {
            throw Describe<T>(e, id);
        }
    }

    private static T NotNull<T>(T? value, string id) =>
        value ?? throw new JsonException($"The content of '{id}' is null; a document is one JSON object.");

    private static JsonException Describe<T>(JsonException e, string id) =>
        new($"The content of '{id}' cannot be read as {typeof(T).Name}: {e.Message}", e.Path, e.LineNumber, e.BytePositionInLine, e);
}
