using System.Buffers;
using System.Globalization;
using System.Text;
using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;

namespace Subscriptions.Server.Http.CouchDb.Local;

/// <summary><c>/db/_local/name</c>: documents that are in no feed. Replicators keep their checkpoints there.</summary>
internal sealed class LocalDocumentEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    private const string Prefix = "_local/";
    private const string RevisionPrefix = "0-";

    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.AddAll(
        CouchPlace.Local, ("DELETE", DeleteAsync), ("GET", GetAsync), ("HEAD", GetAsync), ("PUT", PutAsync));

    private async Task GetAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        var document = await FindAsync(request, database) ?? throw CouchException.NotFound("missing");
        var json = new ArrayBufferWriter<byte>(document.Content.Length + 128);
        json.Write("{\"_id\":"u8);
        JsonWriting.WriteString(json, Prefix + document.Id);
        Encoding.ASCII.GetBytes($",\"_rev\":\"{RevisionOf(document.Version)}\"", json);
        DocumentJson.WriteContent(json, document.Content.Span);
        json.Write("}"u8);
        await request.AnswerAsync(StatusCodes.Status200OK, json.WrittenMemory);
    }

    private async Task PutAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        var body = await request.ReadBodyAsync();
        var document = IncomingDocumentReader.Read(body.Span);
        if (document.IsDeleted)
        {
            await DeleteAsync(request, document.RevisionText);
            return;
        }

        var expected = VersionOf(request.Query["rev"] ?? document.RevisionText);
        var version = await database.WriteLocalAsync(request.Path.Name, document.Content, expected, request.Aborted);
        await AnswerAsync(request, StatusCodes.Status201Created, version);
    }

    private Task DeleteAsync(CouchRequest request) => DeleteAsync(request, request.Query["rev"]);

    private async Task DeleteAsync(CouchRequest request, string? revision)
    {
        var database = databases.Open(request);
        if (await FindAsync(request, database) is null) throw CouchException.NotFound("missing");
        if (revision is null) throw CouchException.Conflict();
        await database.DeleteLocalAsync(request.Path.Name, VersionOf(revision), request.Aborted);
        await AnswerAsync(request, StatusCodes.Status200OK, version: 0);
    }

    private static ValueTask<LocalDocument?> FindAsync(CouchRequest request, Database database) =>
        DocumentLimits.IsId(request.Path.Name) ? database.GetLocalAsync(request.Path.Name, request.Aborted) : default;

    private static Task AnswerAsync(CouchRequest request, int status, long version) =>
        request.AnswerAsync(status, json => DocumentAnswers.WriteOk(json, Prefix + request.Path.Name, RevisionOf(version)));

    private static string RevisionOf(long version) => RevisionPrefix + version.ToString(CultureInfo.InvariantCulture);

    // No revision is that of a document that does not exist.
    private static long VersionOf(string? revision)
    {
        if (revision is null) return 0;
        if (!revision.StartsWith(RevisionPrefix, StringComparison.Ordinal)
            || !long.TryParse(revision.AsSpan(RevisionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw CouchException.BadRequest("Invalid rev format");
        return version;
    }
}
