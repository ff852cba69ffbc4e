using Grpc.Core;
using Wire = Subscriptions.V1;

namespace Subscriptions.Server.Grpc.Documents;

internal sealed partial class DocumentService
{
    public override Task BulkWrite(
        IAsyncStreamReader<Wire.BulkWriteRequest> requestStream,
        IServerStreamWriter<Wire.BulkWriteResponse> responseStream,
        ServerCallContext context) =>
        new BulkWriter(databases, requestStream, responseStream, RequestOrigin.Of(context)).RunAsync(serving.Stopping, context.CancellationToken);
}
