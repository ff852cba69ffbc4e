using Grpc.Core;
using Subscriptions.V1;

namespace Subscriptions.Client.Tests.Scripted;

/// <summary>Answers with the test's words.</summary>
internal sealed class ScriptedDocumentService(ScriptedInbox inbox) : DocumentService.DocumentServiceBase
{
    public override Task<WriteResponse> Write(WriteRequest request, ServerCallContext context) =>
        Task.FromResult(inbox.Documents.Write(request));

    public override Task<GetDocumentResponse> GetDocument(GetDocumentRequest request, ServerCallContext context) =>
        inbox.Documents.Get(request);

    public override Task<DeleteDocumentResponse> DeleteDocument(DeleteDocumentRequest request, ServerCallContext context) =>
        Task.FromResult(inbox.Documents.Delete(request));

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context) =>
        Task.FromResult(inbox.Documents.ListRevisions(request));

    public override async Task BulkWrite(
        IAsyncStreamReader<BulkWriteRequest> requestStream, IServerStreamWriter<BulkWriteResponse> responseStream, ServerCallContext context)
    {
        var call = new ScriptedBulkCall(requestStream, responseStream, context);
        inbox.Bulk.Writer.TryWrite(call);
        await call.RunAsync();
    }
}
