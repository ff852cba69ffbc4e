using System.Buffers;
using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>
/// Takes documents apart: what belongs to CouchDB from what is stored. The latter is cut out of the text, so that numbers stay as they were written.
/// </summary>
internal static class IncomingDocumentReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = CouchBody.AnyDepth };

    /// <summary>Reads a document.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <exception cref="CouchException">It is not JSON, not an object, or has members that it must not have.</exception>
    public static IncomingDocument Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw CouchException.BadRequest("Document must be a JSON object");

            var content = new ArrayBufferWriter<byte>(json.Length);
            var document = ReadMembers(ref reader, json, content);
            reader.Read();
            return document with { Content = content.WrittenMemory };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for an escape of half of a surrogate pair.
            throw CouchException.InvalidJson();
        }
    }

    private static IncomingDocument ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ArrayBufferWriter<byte> content)
    {
        var document = new IncomingDocument();
        content.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var special = SpecialMember.Is(ref reader) ? reader.GetString() : null;
            reader.Read();
            if (special is not null) document = ReadSpecial(document, special, ref reader);
            reader.Skip();
            if (special is not null) continue;

            if (content.WrittenCount > 1) content.Write(","u8);
            JsonWriting.WriteCompact(content, json[start..(int)reader.BytesConsumed]);
        }

        content.Write("}"u8);
        return document;
    }

    private static IncomingDocument ReadSpecial(IncomingDocument document, string name, ref Utf8JsonReader value)
    {
        switch (name)
        {
            case "_id":
                if (value.TokenType != JsonTokenType.String) throw CouchException.IllegalId("Document id must be a string");
                return document with { Id = value.GetString() };
            case "_rev":
                var revision = value.TokenType == JsonTokenType.String ? value.GetString() : null;
                return document with { Revision = CouchRevision.Parse(revision), RevisionText = revision };
            case "_deleted" when value.TokenType is JsonTokenType.True or JsonTokenType.False:
                return document with { IsDeleted = value.TokenType == JsonTokenType.True };
            case "_revisions":
                return document with { Revisions = ReadRevisions(value) };
            case "_attachments":
                CheckNoAttachments(value);
                return document;
            case "_revs_info" or "_local_seq" or "_conflicts" or "_deleted_conflicts":
                // What a read had added.
                return document;
            default:
                throw Invalid($"Bad special document member: {name}");
        }
    }

    private static void CheckNoAttachments(Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.StartObject) throw Invalid("Bad special document member: _attachments");
        value.Read();
        if (value.TokenType != JsonTokenType.EndObject) throw CouchException.NotImplemented("Attachments are not supported.");
    }

    private static RevisionPath ReadRevisions(Utf8JsonReader value)
    {
        using var json = JsonDocument.ParseValue(ref value);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("start"u8, out var start)
            || start.ValueKind != JsonValueKind.Number || !start.TryGetInt64(out var generation))
        {
            throw Invalid("_revisions.start isn't an integer.");
        }

        if (!root.TryGetProperty("ids"u8, out var ids) || ids.ValueKind != JsonValueKind.Array) throw Invalid("_revisions.ids isn't a array.");
        return new RevisionPath(generation, [.. ids.EnumerateArray().Select(ReadId)]);
    }

    private static string ReadId(JsonElement id) =>
        id.ValueKind == JsonValueKind.String ? id.GetString()! : throw Invalid("RevId isn't a string");

    private static CouchException Invalid(string reason) => new(StatusCodes.Status400BadRequest, "doc_validation", reason);
}
