using Grpc.Core;
using Subscriptions.Core.Documents;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    public override async Task<Wire.DeleteDocumentResponse> DeleteDocument(Wire.DeleteDocumentRequest request, ServerCallContext context)
    {
        DocumentLimits.CheckId(request.Id, "id");
        var expected = WriteMapping.ToExpected(request.ExpectedRevision, mustNotExist: false, field: "");
        var outcome = await databases.Get(request.Database)
            .DeleteDocumentAsync(request.Id, expected, RequestOrigin.Of(context), context.CancellationToken);
        return new Wire.DeleteDocumentResponse
        {
            Revision = outcome.Revision.ToString(),
            Partition = outcome.Partition,
            Seqno = outcome.Seqno,
        };
    }
}
