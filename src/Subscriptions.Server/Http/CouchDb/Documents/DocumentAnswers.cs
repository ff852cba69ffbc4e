using System.Text.Json;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>What a write is answered with.</summary>
internal static class DocumentAnswers
{
    /// <summary>A document was written: <c>{"ok":true,"id":…,"rev":…}</c>, with its tag and, unless it was deleted, its place.</summary>
    public static Task AnswerWrittenAsync(this CouchRequest request, string id, Revision revision, bool isDeleted = false)
    {
        var headers = request.Context.Response.Headers;
        headers.ETag = TagOf(revision);
        if (!isDeleted) headers.Location = request.Locate(DocumentId.Escape(request.Path.Database, id));
        return request.AnswerAsync(isDeleted ? StatusCodes.Status200OK : StatusCodes.Status201Created, json => WriteOk(json, id, revision.ToString()));
    }

    /// <summary>Writes <c>{"ok":true,"id":…,"rev":…}</c>.</summary>
    public static void WriteOk(Utf8JsonWriter json, string id, string revision)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, true);
        json.WriteString("id"u8, id);
        json.WriteString("rev"u8, revision);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"id":…,"error":…,"reason":…}</c>, with <c>rev</c> where it is known.</summary>
    public static void WriteError(Utf8JsonWriter json, string? id, string? revision, CouchException error)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        if (revision is not null) json.WriteString("rev"u8, revision);
        json.WriteString("error"u8, error.Error);
        json.WriteString("reason"u8, error.Reason);
        json.WriteEndObject();
    }

    /// <summary>A document's entity tag.</summary>
    public static string TagOf(Revision revision) => $"\"{revision}\"";
}
