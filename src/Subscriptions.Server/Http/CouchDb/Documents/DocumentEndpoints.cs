using Subscriptions.Core.Databases;
using Subscriptions.Core.Documents;
using Subscriptions.Server.Http.CouchDb.Databases;
using Subscriptions.Server.Http.CouchDb.Errors;
using Subscriptions.Server.Http.CouchDb.Requests;
using Subscriptions.Server.Http.CouchDb.Routing;
using Subscriptions.Server.Http.CouchDb.Servers;

namespace Subscriptions.Server.Http.CouchDb.Documents;

/// <summary>Single documents are written and deleted. Reading is <see cref="DocumentReadEndpoints"/>'s.</summary>
internal sealed class DocumentEndpoints(DatabaseCatalog databases) : ICouchEndpoints
{
    /// <inheritdoc />
    public void Map(CouchRouteTable routes)
    {
        routes.Add(CouchPlace.Database, "", ("POST", CreateAsync));
        routes.AddAll(CouchPlace.Document, ("DELETE", DeleteAsync), ("PUT", PutAsync));
        routes.AddAll(
            CouchPlace.Attachment,
            ("DELETE", RefuseAttachmentAsync), ("GET", RefuseAttachmentAsync), ("HEAD", RefuseAttachmentAsync), ("POST", RefuseAttachmentAsync),
            ("PUT", RefuseAttachmentAsync));
    }

    private async Task CreateAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        request.RequireJsonContent();
        var document = IncomingDocumentReader.Read((await request.ReadBodyAsync()).Span);
        await WriteAsync(request, database, document.Id ?? ServerEndpoints.NewUuid(), document, document.Revision);
    }

    // What the body calls itself does not matter: the path says which document it is. Nor does its type: tools send that of a form.
    private async Task PutAsync(CouchRequest request)
    {
        var database = databases.Open(request);
        var document = IncomingDocumentReader.Read((await request.ReadBodyAsync()).Span);
        await WriteAsync(request, database, request.Path.Name, document, RequestRevision.Of(request, document.Revision));
    }

    private static async Task WriteAsync(CouchRequest request, Database database, string id, IncomingDocument document, Revision? revision)
    {
        var write = request.Query["new_edits"] is "false"
            ? DocumentWrites.ToReplica(database, id, document, request)
            : DocumentWrites.ToWrite(database, id, document, revision, request);
        await request.AnswerWrittenAsync(id, await database.WriteAsync(write, request.Aborted));
    }

    private async Task DeleteAsync(CouchRequest request)
    {
        var (database, id) = (databases.Open(request), request.Path.Name);
        var revision = RequestRevision.Of(request, ofBody: null);

        // Whether there is anything comes first: only then does the revision matter.
        var document = await database.FindAsync(id, request.Aborted);
        if (document is not { IsTombstone: false }) throw DocumentAccess.Missing(document);
        if (revision is null) throw CouchException.Conflict();

        var deletion = DocumentWrites.ToWrite(database, document.Id, new IncomingDocument { IsDeleted = true }, revision, request);
        await request.AnswerWrittenAsync(id, await database.WriteAsync(deletion, request.Aborted), isDeleted: true);
    }

    private Task RefuseAttachmentAsync(CouchRequest request)
    {
        _ = databases.Open(request);
        throw CouchException.NotImplemented(
            request.Path.Name.StartsWith(CollectionName.DesignPrefix, StringComparison.Ordinal) && request.Path.Rest.StartsWith('_')
                ? "The functions of design documents filter feeds; there are no views to ask, and no other functions."
                : "Attachments are not supported.");
    }
}
