using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>The fields of documents that a reader wants, by their paths: <c>"a.b"</c> is b of a. Belongs to one feed.</summary>
internal sealed class FieldSelection
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DocumentLimits.MaxDepth };

    private readonly Field _root = new();
    private readonly ArrayBufferWriter<byte> _document = new();

    private FieldSelection()
    {
    }

    /// <summary>Reads what a request asks for.</summary>
    /// <returns>Null for whole documents.</returns>
    /// <exception cref="CouchException">It is not a list of texts.</exception>
    public static FieldSelection? Parse(JsonElement fields)
    {
        if (fields.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        if (fields.ValueKind != JsonValueKind.Array || fields.EnumerateArray().Any(f => f.ValueKind != JsonValueKind.String))
            throw CouchException.BadRequest("Selector error: fields must be JSON array");
        if (fields.GetArrayLength() == 0) return null;

        var selection = new FieldSelection();
        foreach (var path in fields.EnumerateArray()) selection.Add(path.GetString()!);
        return selection;
    }

    /// <summary>Writes what is wanted of a document.</summary>
    public void Write(Change change, IBufferWriter<byte> output)
    {
        _document.ResetWrittenCount();
        DocumentJson.Write(_document, change);
        using var document = JsonDocument.Parse(_document.WrittenMemory, Options);
        using var json = new Utf8JsonWriter(output, CouchResponse.WriterOptions);
        Write(_root, document.RootElement, json);
    }

    private void Add(string path)
    {
        var field = _root;
        foreach (var name in path.Split('.'))
        {
            if (!field.Fields.TryGetValue(name, out var next)) field.Fields[name] = next = new Field();
            field = next;
        }

        field.IsWhole = true;
    }

    private static void Write(Field wanted, JsonElement value, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var property in value.EnumerateObject())
        {
            if (!wanted.Fields.TryGetValue(property.Name, out var field)) continue;
            if (!field.IsWhole && property.Value.ValueKind != JsonValueKind.Object) continue;

            json.WritePropertyName(property.Name);
            if (field.IsWhole) property.Value.WriteTo(json);
            else Write(field, property.Value, json);
        }

        json.WriteEndObject();
    }

    private sealed class Field
    {
        public Dictionary<string, Field> Fields { get; } = new(StringComparer.Ordinal);

        public bool IsWhole { get; set; }
    }
}
