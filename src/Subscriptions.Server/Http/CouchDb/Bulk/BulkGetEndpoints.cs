using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Bulk;

/// <summary><c>/db/_bulk_get</c>: many versions of documents, as replicators ask for them.</summary>
internal sealed class BulkGetEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.Add(CouchPlace.Database, "_bulk_get", ("POST", GetAsync));

    private async Task GetAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        request.RequireJsonContent();
        using var body = await request.ReadObjectAsync();
        if (!body.RootElement.TryGetProperty("docs"u8, out var wanted)) throw CouchException.BadRequest("Missing JSON list of 'docs'.");
        if (wanted.ValueKind != JsonValueKind.Array) throw CouchException.BadRequest("`docs` parameter must be an array.");

        var members = VersionMembers.Of(request.Query);
        var rows = new CouchRows(request, StatusCodes.Status200OK);
        var separator = "{\"results\":["u8.ToArray();
        foreach (var one in wanted.EnumerateArray())
        {
            rows.Output.Write(separator);
            separator = ","u8.ToArray();
            await WriteAsync(one);
            await rows.SendAsync();
        }

        rows.Output.Write(wanted.GetArrayLength() == 0 ? "{\"results\":[]}"u8 : "]}"u8);
        await rows.CompleteAsync();

        async ValueTask WriteAsync(JsonElement one)
        {
            var (id, rev) = (Member(one, "id"), Member(one, "rev"));
            var (version, error) = await FindAsync(database, id, rev, request.Query.Is("latest"), request.Aborted);
            if (version is null)
            {
                WriteError(rows.Output, id, rev, error!);
                return;
            }

            var more = await members.GetAsync(database, version, request.Aborted);
            rows.Output.Write("{\"id\":"u8);
            JsonWriting.WriteString(rows.Output, version.Id);
            rows.Output.Write(",\"docs\":[{\"ok\":"u8);
            DocumentJson.Write(rows.Output, version, more.Span);
            rows.Output.Write("}]}"u8);
        }
    }

    private static async ValueTask<(Change? Version, CouchException? Error)> FindAsync(
        Database database, string? id, string? rev, bool latest, CancellationToken cancellationToken)
    {
        if (id is null) return (null, CouchException.BadRequest("document id missed"));
        if (rev is not null && !CouchRevision.TryParse(rev, out _)) return (null, CouchException.BadRequest("Invalid rev format"));

        var version = rev is null
            ? await database.FindAsync(id, cancellationToken)
            : await database.FindAsync(id, CouchRevision.Parse(rev), latest, cancellationToken);
        return (version, CouchException.NotFound("missing"));
    }

    private static string? Member(JsonElement one, string name) =>
        one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var value) ? value.Text() : null;

    private static void WriteError(IBufferWriter<byte> output, string? id, string? rev, CouchException error)
    {
        using var json = new Utf8JsonWriter(output, CouchResponse.WriterOptions);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteStartArray("docs"u8);
        json.WriteStartObject();
        json.WritePropertyName("error"u8);
        DocumentAnswers.WriteError(json, id, rev ?? "undefined", error);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
