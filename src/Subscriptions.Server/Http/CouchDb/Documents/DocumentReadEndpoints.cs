using System.Buffers;
using System.Text.Json;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Single documents are read.</summary>
internal sealed class DocumentReadEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.AddAll(CouchPlace.Document, ("GET", GetAsync), ("HEAD", GetAsync));

    private async Task GetAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        if (request.Query["open_revs"] is { } open)
        {
            await OpenRevisionsAsync(request, database, open);
            return;
        }

        var version = await FindAsync(request, database);
        var members = VersionMembers.Of(request.Query);
        if (members.IsEmpty && IsKnown(request, version.Revision)) return;

        var json = new ArrayBufferWriter<byte>(version.Size);
        DocumentJson.Write(json, version, (await members.GetAsync(database, version, request.Aborted)).Span);
        await request.AnswerAsync(StatusCodes.Status200OK, json.WrittenMemory);
    }

    private static async ValueTask<Change> FindAsync(CouchRequest request, Database database)
    {
        var id = request.Path.Name;
        if (request.Query["rev"] is { } rev)
        {
            return await database.FindAsync(id, CouchRevision.Parse(rev), request.Query.Is("latest"), request.Aborted)
                ?? throw CouchException.NotFound("missing");
        }

        var newest = await database.FindAsync(id, request.Aborted);
        return newest is { IsTombstone: false } ? newest : throw DocumentAccess.Missing(newest);
    }

    // Tells the version's tag; true when the client has that version, and is answered.
    private static bool IsKnown(CouchRequest request, Revision revision)
    {
        var response = request.Context.Response;
        var tag = DocumentAnswers.TagOf(revision);
        response.Headers.ETag = tag;
        var known = request.Header("If-None-Match");
        if (known is null || !known.Split(',').Any(t => t.Trim() is var one && (one == tag || one == "W/" + tag || one == "*"))) return false;

        response.Headers.CacheControl = CouchResponse.Revalidate;
        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static async Task OpenRevisionsAsync(CouchRequest request, Database database, string open)
    {
        var members = VersionMembers.Of(request.Query);
        var rows = new CouchRows(request, StatusCodes.Status200OK);
        rows.Output.Write("["u8);
        if (open == "all")
        {
            // There is one branch, and so one leaf, which may be a tombstone.
            var newest = await database.FindAsync(request.Path.Name, request.Aborted) ?? throw CouchException.NotFound("missing");
            await WriteAsync(newest);
        }
        else
        {
            var isFirst = true;
            foreach (var text in ReadRevisions(request.Query))
            {
                if (!isFirst) rows.Output.Write(","u8);
                isFirst = false;
                var version = await database.FindAsync(request.Path.Name, CouchRevision.Parse(text), request.Query.Is("latest"), request.Aborted);
                if (version is null) WriteMissing(rows.Output, text);
                else await WriteAsync(version);
                await rows.SendAsync();
            }
        }

        rows.Output.Write("]"u8);
        await rows.CompleteAsync();

        async ValueTask WriteAsync(Change version)
        {
            var more = await members.GetAsync(database, version, request.Aborted);
            rows.Output.Write("{\"ok\":"u8);
            DocumentJson.Write(rows.Output, version, more.Span);
            rows.Output.Write("}"u8);
        }
    }

    private static void WriteMissing(IBufferWriter<byte> output, string revision)
    {
        output.Write("{\"missing\":"u8);
        JsonWriting.WriteString(output, revision);
        output.Write("}"u8);
    }

    private static List<string> ReadRevisions(CouchQuery query)
    {
        if (query.Json("open_revs") is not { ValueKind: JsonValueKind.Array } array) throw CouchException.BadRequest("open_revs must be `all` or a JSON array of revisions.");

        // All are checked before any is answered.
        var revisions = array.EnumerateArray().Select(r => r.Text()).ToList();
        foreach (var revision in revisions) CouchRevision.Parse(revision);
        return revisions!;
    }
}
