using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Subscriptions.Server.Http.CouchDb.Errors;

namespace Subscriptions.Server.Http.CouchDb.Requests;

/// <summary>Writes answers: JSON and a line feed, whole.</summary>
internal static class CouchResponse
{
    /// <summary>The type of every answer but those of <c>eventsource</c>.</summary>
    public const string JsonType = "application/json";

    /// <summary>What caches are told.</summary>
    public const string Revalidate = "must-revalidate";

    /// <summary>How JSON is written: other letters than those of English stand for themselves, as with CouchDB.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What most requests for a change are answered with.</summary>
    public static readonly byte[] Ok = """{"ok":true}"""u8.ToArray();

    /// <summary>Answers with JSON that is ready.</summary>
    public static async Task AnswerAsync(this CouchRequest request, int status, ReadOnlyMemory<byte> json)
    {
        var response = request.Context.Response;
        response.Head(status);
        response.ContentLength = json.Length + 1;
        var body = response.BodyWriter;
        body.Write(json.Span);
        body.Write("\n"u8);
        await body.FlushAsync(request.Aborted);
    }

    /// <summary>Answers with JSON that is to be written.</summary>
    public static Task AnswerAsync(this CouchRequest request, int status, Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, WriterOptions)) write(writer);
        return request.AnswerAsync(status, json.WrittenMemory);
    }

    /// <summary>Answers with <c>{"ok":true}</c>.</summary>
    public static Task AnswerOkAsync(this CouchRequest request, int status = StatusCodes.Status200OK) => request.AnswerAsync(status, Ok);

    /// <summary>Answers that the request is refused.</summary>
    public static Task RefuseAsync(this CouchRequest request, CouchException error)
    {
        var response = request.Context.Response;
        if (error.Allow is { } allow) response.Headers.Allow = allow;
        return request.AnswerAsync(error.Status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, error.Error);
            json.WriteString("reason"u8, error.Reason);
            json.WriteEndObject();
        });
    }

    /// <summary>Sets status and the headers that every answer in JSON has.</summary>
    public static void Head(this HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.Headers.CacheControl = Revalidate;
    }
}
