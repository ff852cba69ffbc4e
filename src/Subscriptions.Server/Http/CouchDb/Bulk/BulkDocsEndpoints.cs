using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Documents;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;
using Subscriptions.Server.Http.CouchDb.Servers;

namespace Subscriptions.Server.Http.CouchDb.Bulk;

/// <summary>
/// <c>/db/_bulk_docs</c>: many documents in one request, each for itself. What is wrong with the request or the form of a document refuses all of it, as with
/// CouchDB; a conflict is told of its document alone.
/// </summary>
internal sealed class BulkDocsEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    // So that a request of very many does not hold up the other writers: each of them may go in between.
    private const int MostInOneGo = 2000;

    /// <inheritdoc />
    public void Map(CouchRouteTable routes) => routes.Add(CouchPlace.Database, "_bulk_docs", ("POST", WriteAsync));

    private async Task WriteAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        request.RequireJsonContent();
        var bulk = BulkDocsReader.Read(await request.ReadBodyAsync());
        var writes = bulk.Documents.ConvertAll(document => ToWrite(request, database, document, bulk.IsReplica));
        using var answer = new BulkDocsAnswer(bulk.IsReplica);
        foreach (var some in writes.Chunk(MostInOneGo)) answer.Add(some, await database.WriteEachAsync(some, request.Aborted));
        await request.AnswerAsync(StatusCodes.Status201Created, answer.ToJson());
    }

    private static DocumentWrite ToWrite(CouchRequest request, Database database, IncomingDocument document, bool isReplica)
    {
        if (!isReplica)
            return DocumentWrites.ToWrite(database, document.Id ?? ServerEndpoints.NewUuid(), document, document.Revision, request);
        return DocumentWrites.ToReplica(
            database, document.Id ?? throw CouchException.IllegalId("Document id must not be empty"), document, request);
    }
}
