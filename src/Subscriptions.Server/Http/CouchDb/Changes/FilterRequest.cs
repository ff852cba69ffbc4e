using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Changes;
using Subscriptions.Core.Databases;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Requests;

namespace Subscriptions.Server.Http.CouchDb.Changes;

/// <summary>What a filter function gets to see of the request that it filters for, in the form that CouchDB gives it.</summary>
internal static class FilterRequest
{
    /// <summary>Writes it as one JSON object.</summary>
    public static ReadOnlyMemory<byte> Write(CouchRequest request, JsonElement? body, Database database)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, CouchResponse.WriterOptions);
        json.WriteStartObject();
        WriteDatabase(json, database);
        json.WriteNull("id"u8);
        json.WriteString("uuid"u8, request.Context.TraceIdentifier);
        json.WriteString("method"u8, request.Context.Request.Method);
        WritePath(json, request);
        WriteTexts(json, "query"u8, request.Query.All);
        WriteTexts(json, "headers"u8, request.Context.Request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.ToString())));
        json.WriteString("body"u8, body is { } sent ? sent.GetRawText() : "undefined");
        json.WriteString("peer"u8, request.Context.Connection.RemoteIpAddress?.ToString() ?? "");
        WriteTexts(json, "form"u8, []);
        WriteTexts(json, "cookie"u8, request.Context.Request.Cookies.Select(c => KeyValuePair.Create(c.Key, c.Value)));
        WriteUser(json, database);
        json.WriteStartObject("secObj"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static void WriteDatabase(Utf8JsonWriter json, Database database)
    {
        json.WriteStartObject("info"u8);
        json.WriteString("db_name"u8, database.Info.Name.Value);
        json.WriteString("update_seq"u8, ResumeToken.Now(database.Feed.Partitions).ToString());
        json.WriteString("instance_start_time"u8, database.InstanceStartTime());
        json.WriteEndObject();
    }

    private static void WritePath(Utf8JsonWriter json, CouchRequest request)
    {
        var http = request.Context.Request;
        foreach (var name in (ReadOnlySpan<string>)["path", "requested_path"])
        {
            json.WriteStartArray(name);
            json.WriteStringValue(request.Path.Database);
            json.WriteStringValue(request.Path.Name);
            json.WriteEndArray();
        }

        json.WriteString("raw_path"u8, http.Path.ToUriComponent() + http.QueryString.ToUriComponent());
    }

    private static void WriteUser(Utf8JsonWriter json, Database database)
    {
        json.WriteStartObject("userCtx"u8);
        json.WriteString("db"u8, database.Info.Name.Value);
        json.WriteNull("name"u8);
        json.WriteStartArray("roles"u8);
        json.WriteStringValue("_admin"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
