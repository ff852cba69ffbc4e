using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    public override async Task<Wire.GetDocumentResponse> GetDocument(Wire.GetDocumentRequest request, ServerCallContext context) =>
        new() { Document = WriteMapping.ToWire(await databases.Get(request.Database).GetDocumentAsync(request.Id, context.CancellationToken)) };
}
