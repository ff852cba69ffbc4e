using Grpc.Core;
using Subscriptions.Core.Documents;
using Subscriptions.Core.Validation;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    public override async Task<Wire.GetDocumentResponse> GetDocument(Wire.GetDocumentRequest request, ServerCallContext context)
    {
        var database = databases.Get(request.Database);
        var document = request.Revision.Length == 0
            ? await database.GetDocumentAsync(request.Id, context.CancellationToken)
            : await database.GetDocumentAsync(request.Id, ToRevision(request.Revision), context.CancellationToken);
        return new Wire.GetDocumentResponse { Document = WriteMapping.ToWire(document) };
    }

    private static Revision ToRevision(string revision) => Revision.TryParse(revision, out var parsed)
        ? parsed
        : throw new InvalidInputException("revision", revision, "is not a revision: a number, '-' and 32 hex digits");
}
