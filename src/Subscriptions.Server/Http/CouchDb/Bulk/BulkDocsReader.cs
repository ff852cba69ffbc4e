using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Bulk;

/// <summary>What <c>_bulk_docs</c> was sent.</summary>
/// <param name="Documents">The documents.</param>
/// <param name="IsReplica">Whether they are versions made elsewhere: <c>"new_edits":false</c>.</param>
internal sealed record BulkDocs(List<IncomingDocument> Documents, bool IsReplica);

/// <summary>Reads the body of <c>_bulk_docs</c>, in one go.</summary>
internal static class BulkDocsReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = CouchBody.AnyDepth };

    /// <summary>Reads it.</summary>
    /// <param name="body">Valid UTF-8.</param>
    /// <exception cref="CouchException">It is not what it has to be, or one of the documents is not.</exception>
    public static BulkDocs Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Read(body.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for an escape of half of a surrogate pair.
            throw CouchException.InvalidJson();
        }
    }

    private static BulkDocs Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw CouchException.BadRequest("Request body must be a JSON object");

        List<IncomingDocument>? documents = null;
        var isReplica = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "docs") documents = ReadDocuments(ref reader, body);
            else if (name == "new_edits") isReplica = reader.TokenType == JsonTokenType.False;
            reader.Skip();
        }

        reader.Read();
        return new BulkDocs(documents ?? throw CouchException.BadRequest("POST body must include `docs` parameter."), isReplica);
    }

    private static List<IncomingDocument> ReadDocuments(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw CouchException.BadRequest("`docs` parameter must be an array.");

        var documents = new List<IncomingDocument>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            documents.Add(IncomingDocumentReader.Read(body[start..(int)reader.BytesConsumed]));
        }

        return documents;
    }
}
